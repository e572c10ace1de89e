/**
 * Words of the package's public interface. Written out, so that whoever installs it needs the types of no other package; the
 * compiler holds them against the widget's own where these are handed over (client.ts, element.ts).
 */

/** docs/widget.md, States. */
export type ParleyState = 'idle' | 'connecting' | 'live' | 'reconnecting' | 'ended'
export type ParleyMode = 'voice' | 'text'
/** When the visitor is heard. `half_duplex`: not while the assistant speaks. `push_to_talk`: while `talk(true)`. */
export type ParleyTurnTaking = 'free' | 'half_duplex' | 'push_to_talk'

/** One entry of the conversation. */
export interface ParleyItem {
  readonly id: string
  readonly role: 'user' | 'assistant' | 'person' | 'tool' | 'notice'
  /** Name of the person, for the role `person`. */
  readonly author?: string | undefined
  /** Grows while `in_progress`. Of an interrupted answer: only what was heard. */
  readonly text: string
  readonly status: 'in_progress' | 'completed' | 'interrupted' | 'failed'
}

/** Something went wrong, or needs the visitor. */
export interface ParleyError {
  /** Stable; docs/widget.md and docs/errors.md say what each means. */
  readonly code: string
  /** What the visitor can do about it. */
  readonly ways: readonly ('text' | 'retry' | 'take_over' | 'play' | 'half_duplex' | 'push_to_talk')[]
  /** Code of the provider, or the cap, behind it. Never free text. */
  readonly cause?: string | undefined
}

/** Something that the broker reports: docs/api.md, Event socket. */
export interface ParleyNotice {
  readonly type: 'notice'
  readonly code: string
  readonly call: string | null
  readonly reason?: ParleyEndReason | undefined
  readonly cause?: string | undefined
  readonly cap?: string | undefined
  /** How much of the cap is used, 0…1. */
  readonly share?: number | undefined
  /** What is left of the time (s). */
  readonly seconds?: number | undefined
}

/** Why a call ended: docs/api.md. */
export type ParleyEndReason =
  | (
      | 'visitor'
      | 'owner'
      | 'superseded'
      | 'widget_gone'
      | 'dropped'
      | 'expired'
      | 'provider'
      | 'erased'
      | 'revoked'
      | 'tampered'
    )
  | ('time_cap' | 'cost_cap' | 'day_cap' | 'visitor_cap' | 'rolled_over' | 'assistant' | 'idle')

/** What the visitor is asked before a tool runs; answered with `confirm(item, yes)`. */
export interface ParleyQuestion {
  readonly item: string
  readonly label: string
  readonly text: string
}

/** What the page does for the assistant. Answers anything that JSON can say, at most 8,000 characters of it. */
export type ParleyTool = (args: unknown, context: { signal: AbortSignal }) => unknown

/** What carries a conversation. Left out: the browser. `parley/testing` makes one that follows a script. */
export interface ParleyTransport {
  /** Of no use outside. */
  readonly ports: unknown
  /** Plays nothing; where there is no document it stands in for an `<audio>` element. */
  readonly audio?: unknown
}
