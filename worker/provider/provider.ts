/**
 * What the broker needs from a voice provider: data about it, pure functions that build requests and read answers, and a
 * reducer from its wire events to ours. Core code reads the data and never asks for a provider's name.
 */
import type { Agent } from '../../protocol/agent.ts'
import type { ErrorCode } from '../../protocol/errors.ts'
import type { Item } from '../../protocol/item.ts'
import type { TranscriptionUsage, Usage } from '../usage.ts'

/** A request as data; `send` in transport.ts carries it out. */
export interface HttpRequest {
  url: string
  method: 'POST' | 'GET'
  headers: Record<string, string>
  body?: string | FormData
}

/** A WebSocket handshake as data: an https URL to be fetched with `Upgrade: websocket`. */
export interface SocketRequest {
  url: string
  headers: Record<string, string>
}

/** One outgoing message on a control socket. */
export type Wire = Record<string, unknown> & { type: string }

/** What the core asks about a provider instead of its name. Only what somebody reads; all rows: docs/architecture.md. */
export interface Capabilities {
  /** Ways to open a call. `relay`: its sound goes through us. */
  handshakes: readonly ('brokered' | 'ephemeral' | 'relay')[]
  /** A control socket may be refused for this long after the call was created (ms): so long it is tried again. */
  controlLagMs: number
  /** Longest call (s). */
  maxCallSeconds: number
}

/** What a call is to be opened with. */
export interface CallPlan {
  agent: Agent
  /** The new call gets a history first: it must not answer before that is in. */
  seeded: boolean
  /** Names the visitor without telling who it is, so that the provider can act against one person and not a whole site. */
  safetyId: string | undefined
}

/** What happens in a call, in our words. Ids are already transcript ids (≤ 32 characters). */
export type CallEvent =
  /**
   * A configuration is in force, whoever set it. `print`: a fingerprint of all that a client could change, but for
   * `answers`: whether the visitor is answered by itself, null without voice detection. `event`: tells repeats apart.
   * `endsAt`: when the provider will end the call (ms since 1970).
   */
  | {
      type: 'configured'
      print: string
      answers: boolean | null
      event?: string | undefined
      endsAt?: number | undefined
    }
  /**
   * An item has its place in the conversation. `after`: the item before it, null at the front, undefined when not told.
   * `heard`: the provider made it of what the visitor said.
   */
  | { type: 'placed'; item: PlacedItem; after: string | null | undefined; heard?: true }
  /** An answer consists of this item: only the provider makes these. */
  | { type: 'answer_part'; response: string; id: string }
  /** An item is complete at the provider; `text` is undefined where the provider does not tell it. */
  | { type: 'finished'; item: PlacedItem; cut: boolean }
  /** The next piece of text of an item. */
  | { type: 'fragment'; id: string; text: string }
  /** What the visitor said, written down; null: it could not be. */
  | { type: 'transcribed'; id: string; text: string | null; usage?: TranscriptionUsage }
  /** An item was cut to what was played (ms). `estimated`: nobody could tell for sure. `broke`: nobody stopped it, its call was over. */
  | { type: 'truncated'; id: string; ms: number; estimated?: true; broke?: true }
  /** The next piece of an item's sound: PCM16, little endian, mono, 24 000 Hz. Not on sidebands. */
  | { type: 'sound'; response: string; id: string; pcm: Uint8Array }
  /** The visitor began or stopped to speak; `id` of the item that it becomes. */
  | { type: 'speech'; on: boolean; id?: string | undefined }
  /** The visitor was silent for so long that the provider speaks first. */
  | { type: 'silence'; id: string | undefined }
  /** A caller pressed a key of the phone: 0–9, *, #, A–D. */
  | { type: 'key'; key: string }
  | { type: 'answer_began'; response: string; nonce: string | undefined }
  | {
      type: 'answer_ended'
      response: string
      outcome: 'completed' | 'cancelled' | 'failed' | 'incomplete'
      /** Code of the provider when it failed. */
      cause: string | undefined
      /** The provider's content filter has cut it. */
      filtered?: true
      items: readonly string[]
      /** Audio that was generated (ms), undefined when the provider does not tell. */
      audioMs: number | undefined
      /** Null when the provider does not tell. */
      usage: Usage | null
    }
  | { type: 'playback'; state: 'began' | 'drained' | 'cleared'; response: string }
  /** One of our messages was refused; `ref` is what we called it. */
  | { type: 'refused'; code: string; ref: string | undefined }
  /**
   * An item of the provider's that is no part of a transcript; what names it as its predecessor stands behind `after`.
   * `approval`: it is an answer to the provider's question, which a page could have given, too.
   */
  | {
      type: 'passed'
      id: string
      after: string | null | undefined
      approval?: { request: string; yes: boolean }
    }
  /** An MCP server did not say which tools it has. */
  | { type: 'unlisted'; id: string }
  /** The provider's longest duration is reached. */
  | { type: 'expired' }

/** An item as it is told to the provider. */
export interface ToldItem extends Item {
  /** The picture that the visitor shows with it: JPEG as base64. */
  jpeg?: string
}

export interface PlacedItem {
  id: string
  role: Item['role']
  kind: Item['kind']
  via: Item['via']
  text: string | undefined
  /** How many pictures it has, where it has some. */
  images?: number
  /** `server`: the provider has asked that MCP server, or wants to. */
  tool?: { name: string; callId: string; server?: string }
  /** The provider waits for the visitor's approval of this call. */
  approval?: true
}

/** What a refused configuration is called in `refused.ref`. */
export const CONFIGURE = 'configure'
/** The same of what makes the assistant answer by itself. */
export const LISTEN = 'listen'

/** Why the provider did not open a call. */
export interface Refusal {
  /** `bad_sdp`: it is the visitor's offer that cannot be used. */
  code: Extract<ErrorCode, 'bad_sdp' | 'provider_refused' | 'provider_busy'>
  /** Code of the provider, for the log. */
  cause: string
}

export interface Provider {
  readonly caps: Capabilities
  /** Brokered handshake. */
  openCall(plan: CallPlan, offerSdp: string): HttpRequest
  readOpen(response: Response): Promise<{ ref: string; answerSdp: string }>
  /** Ephemeral handshake: a client secret for one attempt. */
  mint(plan: CallPlan): HttpRequest
  readMint(response: Response): Promise<{ value: string; expires_at: number }>
  /** Where a client with a secret posts its offer. */
  readonly offerUrl: string
  readRefusal(status: number, body: string): Refusal
  hangUp(ref: string): HttpRequest
  /** Takes a phone call that is ringing. @throws ParleyError provider_refused for a configuration that it would not take */
  accept(ref: string, plan: CallPlan): HttpRequest
  /** Turns it down with a SIP status. */
  reject(ref: string, sipStatus: number): HttpRequest
  /** Connects a phone call to somebody else. @param uri `tel:` or `sip:` */
  refer(ref: string, uri: string): HttpRequest
  /** Control socket of a call. */
  control(ref: string): SocketRequest
  /** A conversation by text only, without a browser in the media path. */
  openText(agent: Agent, safetyId: string | undefined): SocketRequest
  /** A spoken conversation whose sound goes through us, both ways. */
  openVoice(agent: Agent, safetyId: string | undefined): SocketRequest
  /**
   * First messages on a socket: the whole configuration. A refusal comes back with the `ref` CONFIGURE.
   * @param kind `voice`: the sideband of a call. `relay`: opened by `openVoice`
   */
  configure(plan: Pick<CallPlan, 'agent' | 'seeded'>, kind: 'voice' | 'text' | 'relay'): Wire[]
  /** After the seeds: answer the visitor from now on. Empty where that was so from the start. A refusal has the `ref` LISTEN. */
  listen(agent: Agent): Wire[]
  /** Puts one item of the transcript into the call's history; the item's id comes back as `placed` or `refused.ref`. */
  seed(item: ToldItem): Wire
  /** Takes an item out of the call's history again. */
  remove(id: string): Wire
  /** The visitor typed. */
  text(id: string, text: string): Wire
  /** The broker tells the assistant something; it asks for no answer. @param after the item that it follows, `root`: none */
  note(id: string, text: string, after?: string): Wire
  /**
   * Asks for an answer. `say`: these words exactly. `hold`: by these instructions instead of the agent's, and no tool. `noTools`: it
   * may call none.
   */
  answer(nonce: string, how?: { say?: string; hold?: string; noTools?: boolean }): Wire
  /** What came of a call of a tool: an item of the transcript. Its call was made in this conversation of the provider. */
  toolResult(item: Item): Wire
  /** The visitor's answer to the provider's question whether an MCP server may be asked; `id` of the item. */
  approve(id: string, request: string, yes: boolean): Wire
  talk(on: boolean): Wire[]
  interrupt(kind: 'voice' | 'text' | 'relay'): Wire[]
  /** Relay: what the visitor says next; PCM16, little endian, mono, 24 000 Hz. */
  append(pcm: Uint8Array): Wire
  /** Relay: only so much (ms, at most what came) of an item was played. */
  truncate(id: string, ms: number): Wire
  /** Asks for an item as the provider has it, answered by `finished`. */
  retrieve(id: string): Wire
  /** Looks at a raw message of a sideband before it is parsed: bulky ones that nobody needs there are dropped. */
  peek(raw: string): 'drop' | 'parse'
  /** A message of the control socket in our words; unknown ones give none. */
  reduce(raw: string): CallEvent[]
}
