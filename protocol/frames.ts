/**
 * Frames of the event socket, `GET /v1/sessions/{id}/events?after=<seq>`.
 *
 * Opened with the subprotocols `parley.v1` and `token.<session token>`. Each frame is one JSON object, but for the
 * heartbeat: the text `ping`, answered with the text `pong` (a Durable Object can do that without waking up).
 */
import * as v from 'valibot'
import { AgentIdSchema, CallIdSchema, ItemIdSchema, SessionIdSchema } from './ids.ts'
import { MAX_IMAGE_BASE64 } from './image.ts'
import { ItemSchema } from './item.ts'
import { MAX_CONTEXT } from './page-context.ts'

export const SUBPROTOCOL = 'parley.v1'
export const TOKEN_SUBPROTOCOL_PREFIX = 'token.'
export const PING = 'ping'
export const PONG = 'pong'
/** The widget sends a ping this often (ms). Firewalls cut idle connections at 60 s. */
export const PING_EVERY_MS = 15_000
/** More frames than this in one second and the broker closes the socket with `CLOSE_CODES.too_many_frames`. */
export const MAX_FRAMES_PER_SECOND = 30
/** Why the broker closed an event socket. 4000…4999 are for applications (RFC 6455 7.4.2). */
export const CLOSE_CODES = { superseded: 4001, erased: 4002, too_many_frames: 4008 } as const
/** Longest typed text, in characters. */
export const MAX_TEXT = 8_000

/** Why a call ended. */
export const EndReasonSchema = v.picklist([
  'visitor', // the visitor hung up
  'superseded', // a newer call of the same session took over
  'widget_gone', // no heartbeat of the widget any more
  'dropped', // the connection to the provider broke
  'expired', // the provider's longest duration
  'provider', // the provider ended it or never let us in
  'erased', // the visitor erased the conversation
  'revoked', // a copy of an old session token was used
  'time_cap', // the agent's longest call
  'cost_cap', // the budget of the call or the session
  'day_cap', // the agent's budget of the day or the month
  'rolled_over', // the conversation went on in a fresh call, before the provider's longest duration
  'visitor_cap', // what one visitor may spend in a day
  'tampered', // the page changed the call behind the broker's back
  'assistant', // the assistant said goodbye and hung up
  'idle', // nobody said or did anything any more
  'owner', // the site owner ended it in the console
])
export type EndReason = v.InferOutput<typeof EndReasonSchema>

/** Which cap: of time, of the call's or session's budget, of the agent's day or month, of one visitor's day. */
export const CapSchema = v.picklist(['time_cap', 'cost_cap', 'day_cap', 'visitor_cap'])
export type Cap = v.InferOutput<typeof CapSchema>

/** What the assistant is doing. */
export const ActivitySchema = v.picklist(['listening', 'hearing', 'thinking', 'speaking'])
export type Activity = v.InferOutput<typeof ActivitySchema>

/** Why a tool of the page has no result. */
export const PageFailureSchema = v.picklist(['no_handler', 'threw', 'too_large', 'not_json', 'lost'])
export type PageFailure = v.InferOutput<typeof PageFailureSchema>

/** Broker → widget. */
export const ServerFrameSchema = v.variant('type', [
  /** First frame. Updates with a number above `after` follow, then the live ones. */
  v.object({
    type: v.literal('welcome'),
    session: SessionIdSchema,
    agent: AgentIdSchema,
    /** Number of the newest update. */
    seq: v.number(),
    /** The live call, if there is one, and whether it may be spoken to (seeds are in). */
    call: v.nullable(v.object({ id: CallIdSchema, ready: v.boolean() })),
  }),
  /**
   * An item is new or changed. Sent after it was stored: this frame is the acknowledgement. Numbers only grow; after a
   * reconnect each item changed since `after` comes once, in its newest state and with its newest number.
   */
  v.object({ type: v.literal('update'), seq: v.number(), item: ItemSchema }),
  /** Live caption, not stored: `text` belongs at offset `at` (UTF-16 units) of the item's text; what stood after is void. */
  v.object({ type: v.literal('delta'), item: ItemIdSchema, at: v.number(), text: v.string() }),
  v.object({ type: v.literal('activity'), state: ActivitySchema }),
  /** The call knows its history: the widget may unmute. Of a rollover: this call counts from now on, and is to be heard. */
  v.object({ type: v.literal('ready'), call: CallIdSchema }),
  /** A tool takes long: item of the call, and whether it is still at work. Sent again after a reconnect. */
  v.object({
    type: v.literal('tool'),
    item: ItemIdSchema,
    name: v.string(),
    state: v.picklist(['running', 'over']),
  }),
  /**
   * The visitor is asked before a tool runs: item of the call, and what is asked, null when that is over. Sent again after a
   * reconnect.
   */
  v.object({
    type: v.literal('confirm'),
    item: ItemIdSchema,
    ask: v.nullable(v.object({ label: v.string(), text: v.string() })),
  }),
  /**
   * A tool of the page is called: item of the call, and what with; null when nobody waits for its result any more. `again`:
   * it was sent before, and is not to be begun by a page that has not begun it.
   */
  v.object({
    type: v.literal('page_tool'),
    item: ItemIdSchema,
    call: v.nullable(v.object({ name: v.string(), args: v.unknown(), again: v.boolean() })),
  }),
  /** Typed text or picture `id` is stored. */
  v.object({ type: v.literal('ack'), id: ItemIdSchema }),
  v.object({
    type: v.literal('notice'),
    /** `rollover`: open a second call beside `call`, with `after`, and say `connected`; `ready` tells when it takes over. */
    code: v.picklist(['call_ended', 'superseded', 'erased', 'no_answer', 'limit_near', 'limit_reached', 'rollover']),
    call: v.nullable(CallIdSchema),
    /** `limit_near`, `limit_reached` (typed text gets no answer): which one. */
    cap: v.optional(CapSchema),
    /** `limit_near`: how much of the cap is used, 0…1. */
    share: v.optional(v.number()),
    /** `limit_near` of the time: what is left (s). */
    seconds: v.optional(v.number()),
    reason: v.optional(EndReasonSchema),
    /** `no_answer`: code of the provider, such as `rate_limit_exceeded`. Never text of the provider. */
    cause: v.optional(v.string()),
  }),
  /** A frame of the widget was refused; `id` names it where it had one. */
  v.object({ type: v.literal('error'), code: v.string(), detail: v.optional(v.string()), id: v.optional(v.string()) }),
])
export type ServerFrame = v.InferOutput<typeof ServerFrameSchema>
export type NoticeFrame = Extract<ServerFrame, { type: 'notice' }>

/** Widget → broker. */
export const ClientFrameSchema = v.variant('type', [
  /** Typed text. `id` is made by the widget, becomes the item's id and makes repeats harmless. */
  v.strictObject({
    type: v.literal('text'),
    id: ItemIdSchema,
    text: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(MAX_TEXT)),
  }),
  /**
   * A picture, with words or without. `id` as with text. JPEG as base64, of at most 200,000 bytes and 800 px on its longest
   * side, without metadata (jpeg.ts).
   */
  v.strictObject({
    type: v.literal('image'),
    id: ItemIdSchema,
    text: v.pipe(v.string(), v.trim(), v.maxLength(MAX_TEXT)),
    jpeg: v.pipe(v.string(), v.maxLength(MAX_IMAGE_BASE64)),
  }),
  /** Push-to-talk: held down or let go. */
  v.strictObject({ type: v.literal('talk'), on: v.boolean() }),
  /** Stop what is being said. */
  v.strictObject({ type: v.literal('interrupt') }),
  /** What is on the page now, as text or JSON, for the assistant to know; the newest counts, empty takes it back. Never obeyed, only known. */
  v.strictObject({
    type: v.literal('context'),
    text: v.pipe(
      v.string(),
      v.maxLength(MAX_CONTEXT),
      v.check((text) => new TextEncoder().encode(text).length <= MAX_CONTEXT, `at most ${MAX_CONTEXT} bytes`),
    ),
  }),
  /** Rollover: the connection of this second call is up, and the microphone is heard there too. */
  v.strictObject({ type: v.literal('connected'), call: CallIdSchema }),
  /** The visitor's answer, by hand, to what was asked about the call of a tool. The first one counts. */
  v.strictObject({ type: v.literal('confirm'), item: ItemIdSchema, yes: v.boolean() }),
  /** What came of a tool of the page, as JSON; sent until the broker says that nobody waits for it. */
  v.strictObject({
    type: v.literal('page_result'),
    item: ItemIdSchema,
    result: v.pipe(v.string(), v.maxLength(MAX_TEXT)),
  }),
  /** `lost`: this page did not begin it, and nobody knows how far another has come. */
  v.strictObject({ type: v.literal('page_failed'), item: ItemIdSchema, cause: PageFailureSchema }),
])
export type ClientFrame = v.InferOutput<typeof ClientFrameSchema>
