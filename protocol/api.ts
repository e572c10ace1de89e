/** Bodies of the HTTP API (docs/api.md). Times are ms since 1970 unless the name ends in `_at` (s since 1970, the provider's unit). */
import * as v from 'valibot'
import { ConsentGivenSchema, ConsentRecordSchema } from './consent.ts'
import { AgentIdSchema, CallIdSchema, SessionIdSchema } from './ids.ts'
import { IMAGE_WAYS } from './image.ts'
import { ItemSchema } from './item.ts'
import { RatingSchema } from './rating.ts'

/** Largest request body in bytes. An SDP offer of a browser has 2 to 8 kB. */
export const MAX_BODY_BYTES = 64 * 1024

const SdpSchema = v.pipe(
  v.string(),
  v.maxLength(48 * 1024),
  v.startsWith('v=0'),
  v.check((sdp) => /^m=audio /m.test(sdp) && /^m=application /m.test(sdp), 'needs an audio and a data channel section'),
)

const Brokered = { transport: v.literal('webrtc'), handshake: v.literal('brokered'), sdp: SdpSchema }
const Ephemeral = { transport: v.literal('webrtc'), handshake: v.literal('ephemeral') }
/** Sound by WebSocket through the broker (relay.ts). */
const Relayed = { transport: v.literal('relay'), handshake: v.literal('relay') }

/** How a call is to be opened. */
export const CallRequestSchema = v.variant('handshake', [
  v.strictObject(Brokered),
  v.strictObject(Ephemeral),
  v.strictObject(Relayed),
])
export type CallRequest = v.InferOutput<typeof CallRequestSchema>

/** The call that a new one follows when the visitor has not asked for it. */
export const FollowedCallSchema = v.strictObject({
  call: CallIdSchema,
  /**
   * `dropped`: its connection broke. Refused (`call_over`) when that was an end for good. `rollover`: the broker has asked for
   * it with the notice `rollover`. The call goes on until `ready` names the new one. `unconnected`: its sound never came to flow,
   * so nothing of it was heard; the new one goes another way.
   */
  because: v.picklist(['dropped', 'rollover', 'unconnected']),
})
export type FollowedCall = v.InferOutput<typeof FollowedCallSchema>

/**
 * `POST /v1/sessions/{id}/calls`. Without `after` it is the visitor's own wish, and judged by the caps alone. `consent`: to what
 * the agent asks now, needed where the visitor has agreed to another version.
 */
const After = { after: v.optional(FollowedCallSchema), consent: v.optional(ConsentGivenSchema) }
export const NextCallSchema = v.variant('handshake', [following(Brokered), following(Ephemeral), following(Relayed)])
// Of its own, so that a bundler may leave it away with everything it needs: spreads could run getters.
/* @__NO_SIDE_EFFECTS__ */
function following<E extends v.ObjectEntries>(entries: E) {
  return v.strictObject({ ...entries, ...After })
}
export type NextCall = v.InferOutput<typeof NextCallSchema>

/** `POST /v1/sessions` */
export const CreateSessionSchema = v.strictObject({
  agent: AgentIdSchema,
  /** With it, session and call are one round trip. */
  call: v.optional(CallRequestSchema),
  /** The visitor has agreed to what the agent asks. Needed where its face has `consent`. */
  consent: v.optional(ConsentGivenSchema),
})
export type CreateSession = v.InferInput<typeof CreateSessionSchema>

/** What opening a call answers: the provider's SDP, a client secret with the URL to post the offer to, or nothing more to be done than to open the relay. */
const BrokeredAnswer = { handshake: v.literal('brokered'), call: CallIdSchema, sdp: v.string() }
const EphemeralAnswer = {
  handshake: v.literal('ephemeral'),
  call: CallIdSchema,
  client_secret: v.object({ value: v.string(), expires_at: v.number() }),
  url: v.string(),
}
const RelayedAnswer = { handshake: v.literal('relay'), call: CallIdSchema }
const Token = { token: v.string() }
const Session = { session: SessionIdSchema }

/** `POST /v1/sessions/{id}/calls` */
export const CallCreatedSchema = v.variant('handshake', [
  v.object({ ...BrokeredAnswer, ...Token }),
  v.object({ ...EphemeralAnswer, ...Token }),
  v.object({ ...RelayedAnswer, ...Token }),
])
export type CallCreated = v.InferOutput<typeof CallCreatedSchema>

/** Answer of `POST /v1/sessions`; `handshake: "none"` when no call was asked for. */
export const SessionCreatedSchema = v.variant('handshake', [
  v.object({ handshake: v.literal('none'), ...Session, ...Token }),
  v.object({ ...BrokeredAnswer, ...Session, ...Token }),
  v.object({ ...EphemeralAnswer, ...Session, ...Token }),
  v.object({ ...RelayedAnswer, ...Session, ...Token }),
])
export type SessionCreated = v.InferOutput<typeof SessionCreatedSchema>

/** `PUT /v1/sessions/{id}/calls/{call}`: ephemeral handshake, the last segment of the provider's `Location`. */
export const ReportCallSchema = v.strictObject({
  provider_call_id: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,128}$/)),
})
export type ReportCall = v.InferOutput<typeof ReportCallSchema>

/** `GET /v1/sessions?agent=<agent>` with a signed identity: that person's sessions with the agent, newest first. */
export const OwnSessionsQuerySchema = v.object({ agent: AgentIdSchema })
export const OwnSessionsSchema = v.object({ sessions: v.array(v.object({ ...Session, at: v.number() })) })
export type OwnSessions = v.InferOutput<typeof OwnSessionsSchema>

/** `POST /v1/sessions/{id}/token` with a signed identity */
export const RenewTokenSchema = v.strictObject({ agent: AgentIdSchema })
export const RenewedTokenSchema = v.object({ ...Session, ...Token })
export type RenewedToken = v.InferOutput<typeof RenewedTokenSchema>

/** A number in a query. Places between two items are fractions, so a cursor may look like `1.5` or `9.5e-7`. */
const CursorSchema = v.pipe(
  v.string(),
  v.regex(/^\d{1,16}(\.\d{1,25})?(e-\d{1,3})?$/, 'the `next` of the page before'),
  v.transform(Number),
  v.number(),
)
const PageSizeSchema = v.pipe(
  v.string(),
  v.regex(/^\d{1,4}$/, 'a number from 1 to 500'),
  v.transform(Number),
  v.number(),
  v.integer(),
  v.minValue(1),
  v.maxValue(500),
)

/** `GET /v1/sessions/{id}/transcript?after=<cursor>&limit=<n>&call=<call>` */
export const TranscriptQuerySchema = v.object({
  after: v.optional(CursorSchema, '0'),
  limit: v.optional(PageSizeSchema, '200'),
  /** Only the items of this call. */
  call: v.optional(CallIdSchema),
})

/** `GET /v1/sessions/{id}/events?after=<seq>` */
export const EventsQuerySchema = v.object({
  after: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^\d{1,15}$/, 'the number of an update'),
      v.transform(Number),
      v.number(),
      v.integer(),
      v.minValue(0),
    ),
    '0',
  ),
})

/** Answer of `GET /v1/sessions/{id}/transcript`, one page */
export const TranscriptSchema = v.object({
  session: SessionIdSchema,
  items: v.array(ItemSchema),
  /** Give it as `after` to get the next page; null at the end. */
  next: v.nullable(v.string()),
})
export type Transcript = v.InferOutput<typeof TranscriptSchema>

/** The same with what is known of the session beside the words. The widget has no use for that. */
export const ToldTranscriptSchema = v.object({
  session: SessionIdSchema,
  items: v.array(ItemSchema),
  next: v.nullable(v.string()),
  /** What the visitor has agreed to, the newest last. */
  consents: v.array(ConsentRecordSchema),
  /** How it was; null: nobody has said. */
  rating: v.nullable(RatingSchema),
})
export type ToldTranscript = v.InferOutput<typeof ToldTranscriptSchema>

/** `GET /v1/agents/{agent}`: what everybody may know about an agent. */
export const AgentFaceSchema = v.object({
  agent: AgentIdSchema,
  name: v.string(),
  tagline: v.string(),
  greeting: v.string(),
  handshake: v.picklist(['brokered', 'ephemeral']),
  transport: v.picklist(['auto', 'webrtc', 'relay']),
  turns: v.picklist(['server_vad', 'semantic_vad', 'push_to_talk']),
  /** Ways in which the visitor may show pictures; none where the agent takes none. */
  images: v.optional(v.array(v.picklist(IMAGE_WAYS)), []),
  /** What visitors agree to before anything begins. */
  consent: v.optional(
    v.object({
      text: v.string(),
      url: v.optional(v.pipe(v.string(), v.regex(/^https:/))),
      /** Of this wording: to be sent when the visitor agrees. */
      version: v.string(),
    }),
  ),
  theme: v.object({
    accent: v.optional(v.string()),
    scheme: v.optional(v.picklist(['auto', 'light', 'dark'])),
    radius: v.optional(v.number()),
  }),
})
export type AgentFace = v.InferOutput<typeof AgentFaceSchema>
export type AgentTheme = AgentFace['theme']

/** `GET /healthz` */
export const HealthSchema = v.object({
  ok: v.boolean(),
  /** The deployment has its secrets. */
  configured: v.boolean(),
  agents: v.array(AgentIdSchema),
})
export type Health = v.InferOutput<typeof HealthSchema>
