/** Which failures the visitor is told about, and the ways forward. */
import type { Cap, EndReason } from '../../protocol/frames.ts'
import { MicrophoneError } from '../audio/microphone.ts'
import { ProviderError } from '../call/provider-error.ts'
import { TransportError } from '../call/transport.ts'
import { BrokerError } from './broker.ts'
import type { Trouble } from './types.ts'

/** The broker ended a call while it was being opened. */
export class CallEndedError extends Error {
  override readonly name = 'CallEndedError'
  readonly reason: EndReason | 'lost'

  constructor(reason: EndReason | 'lost') {
    super(reason)
    this.reason = reason
  }
}

const WAYS: Partial<Record<Trouble['code'], Trouble['ways']>> = {
  mic_denied: ['text', 'retry'],
  mic_missing: ['text', 'retry'],
  mic_busy: ['text', 'retry'],
  mic_unavailable: ['text', 'retry'],
  // The conversation goes on by text already.
  mic_slow: [],
  insecure_page: ['text'],
  webrtc_missing: ['text'],
  connect_timeout: ['retry', 'text'],
  // It mends itself, or the call breaks.
  slow_network: ['text'],
  echo: ['half_duplex', 'push_to_talk'],
  gave_up: ['retry', 'text'],
  bad_sdp: ['retry', 'text'],
  provider_refused: ['retry', 'text'],
  provider_busy: ['retry', 'text'],
  provider_unreachable: ['retry', 'text'],
  audio_blocked: ['play'],
  in_other_tab: ['take_over'],
  superseded: ['take_over'],
  // Only the site owner can mend these.
  origin_refused: [],
  agent_not_found: [],
  not_configured: [],
  // The conversation goes on: saying it again is the way.
  no_answer: [],
  too_large: [],
  image_refused: [],
  too_many_images: [],
  // The panel asks for it.
  consent_required: [],
  budget_exhausted: [],
  visitor_budget_exhausted: [],
}

/** What is still allowed when a cap ended the call; the session's own budget may refuse it then, and says so. */
const WAYS_AFTER_CAP: Record<Cap, Trouble['ways']> = {
  time_cap: ['text', 'retry'],
  cost_cap: ['text', 'retry'],
  day_cap: [],
  visitor_cap: [],
}

export function trouble(code: Trouble['code'], cause?: string): Trouble {
  return { code, ways: WAYS[code] ?? ['retry'], ...(cause === undefined ? {} : { cause }) }
}

/** A cap ended the call, or typed text gets no answer any more. */
export function limitReached(cap: Cap, stillAllowed: Trouble['ways'] = WAYS_AFTER_CAP[cap]): Trouble {
  return { code: 'limit_reached', ways: stillAllowed, cause: cap }
}

export function isCap(reason: string): reason is Cap {
  return Object.hasOwn(WAYS_AFTER_CAP, reason)
}

/** What an error means to the visitor. One that is not of ours is a fault of the widget: only its name goes to the console. */
export function troubleOf(error: unknown): Trouble {
  if (isSuperseded(error)) return trouble('superseded')
  if (error instanceof CallEndedError) {
    if (isCap(error.reason)) return limitReached(error.reason)
    return trouble(error.reason === 'lost' ? 'connect_timeout' : 'provider_refused')
  }
  if (
    error instanceof BrokerError ||
    error instanceof MicrophoneError ||
    error instanceof TransportError ||
    error instanceof ProviderError
  ) {
    return trouble(error.code)
  }
  console.error('Parley: unexpected', error instanceof Error ? error.name : typeof error)
  return trouble('internal')
}

/** The conversation goes on somewhere else: never come back by itself. */
export function isSuperseded(error: unknown): boolean {
  if (error instanceof CallEndedError) return error.reason === 'superseded'
  return error instanceof BrokerError && (error.code === 'token_superseded' || error.code === 'call_superseded')
}

/** Why the call, or the one that it was to follow, was ended. Undefined when it was never ended by the broker. */
export function endReasonOf(error: unknown): EndReason | undefined {
  if (error instanceof BrokerError) return error.code === 'session_not_found' ? 'erased' : error.reason
  return error instanceof CallEndedError && error.reason !== 'lost' ? error.reason : undefined
}

const PASSING_ENDS = new Set<EndReason | undefined>(['dropped', 'expired', 'provider', 'widget_gone'])

const SESSION_GONE = new Set<Trouble['code']>(['session_not_found', 'token_invalid', 'token_expired', 'token_revoked'])

/** The session cannot be used any more: only a new one helps. */
export function isSessionGone(error: unknown): boolean {
  return error instanceof BrokerError && SESSION_GONE.has(error.code)
}

/** There is no way to speak here, but typing works. */
export function needsText(error: unknown): boolean {
  return error instanceof MicrophoneError || (error instanceof TransportError && error.code === 'webrtc_missing')
}

const PASSING = new Set<Trouble['code']>([
  'broker_unreachable',
  'internal',
  'provider_busy',
  'provider_refused',
  'provider_unreachable',
  'connect_timeout',
  'too_many_calls',
])

/** Worth another attempt without asking the visitor. */
export function isPassing(error: unknown): boolean {
  const reason = endReasonOf(error)
  if (reason !== undefined && !PASSING_ENDS.has(reason)) return false
  return PASSING.has(troubleOf(error).code)
}
