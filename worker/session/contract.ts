/** What the Worker hands to a session, and what it needs back to open a call. */
import type { Agent } from '../../protocol/agent.ts'
import type { FollowedCall } from '../../protocol/api.ts'
import type { ConsentGiven } from '../../protocol/consent.ts'
import type { MicroUsd } from '../ledger/money.ts'
import type { CallKind } from './offered.ts'
import type { CallReply, RequestMark } from './replies.ts'

export interface NewSession {
  id: string
  agentId: string
  agent: Agent
  origin: string
  person?: string
  safetyId?: string
  startKey?: string
  /** Public origin of this broker: where replies of people are posted. */
  broker?: string
  /** Of a phone call: the masked number. */
  caller?: string
  near?: string
  /** What the visitor has agreed to. */
  consent?: ConsentGiven | undefined
  /** Sealed answer for a repeat of the request, when it is known already. */
  reply?: ArrayBuffer
  /** A call that is being opened along with the session. */
  callId?: string
  /** What the Worker has set aside for it at the ledger. */
  held?: MicroUsd
}

/** A call that is asked for on an existing session. */
export interface CallWish {
  callId: string
  /** Marks a request that may be repeated. */
  attempt: RequestMark | null
  /** Not the visitor's own wish: the widget follows this call by itself. */
  after: FollowedCall | undefined
  /** What the visitor says to have agreed to. */
  consent: ConsentGiven | undefined
  kind: CallKind
  /** Hash of who asks, for the caps of one visitor; null where nobody can be told apart. */
  visitor: string | null
}

/** What has come of a call: it exists at the provider under this id, or it is relayed and the session opens it itself. */
export type CallOutcome = { ref: string } | { relay: true }

/** What the Worker needs to open a call at the provider. */
export interface CallTicket {
  agent: Agent
  /** The call must not answer before its history is in. */
  seeded: boolean
  /** Generation of the token that goes with the answer. */
  tokenGeneration: number
  safetyId: string | undefined
  /** The same request was answered before: this is the answer, no call was begun. */
  repeat: CallReply | null
}
