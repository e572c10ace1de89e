/**
 * What the broker tells a site owner's server as it happens, signed by Standard Webhooks (docs/events.md). Never words of a
 * conversation, but for the summary of `hand_over`, which the assistant has written for a person.
 */
import * as v from 'valibot'
import { RateSchema } from './alerts.ts'
import { ConsentRecordSchema } from './consent.ts'
import { CapSchema, EndReasonSchema } from './frames.ts'
import { AgentIdSchema, CallIdSchema, SessionIdSchema } from './ids.ts'
import { ScoreSchema } from './rating.ts'
import { refusedInAgent } from './target.ts'

/** Longest summary of a hand-over (characters). */
export const MAX_SUMMARY = 2000

const ofAgent = { agent: AgentIdSchema }
const ofSession = { session: SessionIdSchema, ...ofAgent }
const count = v.pipe(v.number(), v.integer(), v.minValue(0))
/** What happened in a call or a session. */
const counts = {
  /** Turns of the visitor, spoken or typed. */
  turns: count,
  /** Calls of tools. */
  tools: count,
  /** Answers that were cut off, by the visitor or by the end of the call. */
  interruptions: count,
}
const usd = v.nullable(v.number())

function told<const T extends string, const D extends v.ObjectEntries>(type: T, data: D) {
  return v.object({
    type: v.literal(type),
    /** When it happened, ISO 8601. */
    timestamp: v.pipe(v.string(), v.isoTimestamp()),
    data: v.object(data),
  })
}

function event<const T extends string, const D extends v.ObjectEntries>(type: T, data: D) {
  return told(type, { ...ofSession, ...data })
}

/** Concerns an agent and no session. */
function alert<const T extends string, const D extends v.ObjectEntries>(type: T, data: D) {
  return told(type, { ...ofAgent, ...data })
}

/** Body of every request. `webhook-id` in its headers is the same for each try. */
export const EventSchema = v.variant('type', [
  /** A conversation has begun. `identified`: the visitor came with a signed identity. `consent`: where the agent asks for it. */
  event('session.started', {
    origin: v.string(),
    identified: v.boolean(),
    consent: v.optional(v.pick(ConsentRecordSchema, ['version', 'at'])),
  }),
  /** One call is over; the conversation may go on in another. */
  event('call.ended', {
    call: CallIdSchema,
    reason: EndReasonSchema,
    duration_seconds: v.number(),
    /** Null where the broker was restarted in the middle and the ledger has not told yet. */
    cost_usd: usd,
    ...counts,
    /** Calls right before this one whose connection had broken: how often the visitor was connected again so far. */
    reconnects: count,
  }),
  /** The visitor has said how it was. Told again where they change their mind. */
  event('session.rated', { score: ScoreSchema }),
  /** The conversation is erased and cannot be resumed: by its visitor, after `retentionDays`, or by the site owner, or because its first call failed. */
  event('session.ended', {
    reason: v.picklist(['visitor', 'retention', 'owner', 'failed']),
    calls: count,
    cost_usd: usd,
    ...counts,
  }),
  /** The greater part of a cap is used. `share`: how much, 0…1. `seconds`: what is left of the time. */
  event('limit.near', {
    call: v.nullable(CallIdSchema),
    cap: CapSchema,
    share: v.number(),
    seconds: v.nullable(v.number()),
  }),
  /** A cap has ended a call, or (`call` null) has kept typed text from being answered. */
  event('limit.reached', { call: v.nullable(CallIdSchema), cap: CapSchema }),
  /** A tool brought no result. `tool`: null for a name that the model has made up. `cause`: as in the log (docs/tools.md). */
  event('tool.failed', { call: v.nullable(CallIdSchema), tool: v.nullable(v.string()), cause: v.string() }),
  /** The assistant asks for a person. What is posted to `reply_url` appears in the conversation as that person's words. */
  event('hand_over', {
    call: v.nullable(CallIdSchema),
    summary: v.pipe(v.string(), v.maxLength(MAX_SUMMARY)),
    reply_url: v.nullable(v.pipe(v.string(), v.url())),
    /** s since 1970 */
    reply_expires_at: v.number(),
  }),
  /** The provider's filter has cut an answer short. `item`: what of it is in the transcript. */
  event('safety.warning', {
    call: v.nullable(CallIdSchema),
    reason: v.literal('content_filter'),
    item: v.nullable(v.string()),
  }),
  /** The agent has spent this share of its day's cap: told once for each of `alerts.spending` and day (UTC). */
  alert('alert.spending', {
    share: v.number(),
    /** What is settled. Less than the cap also for share 1: what is set aside fills it, too. */
    spent_usd: v.number(),
    cap_usd: v.number(),
  }),
  /** A rate of the last one to two hours has passed its threshold, or is back to normal. */
  alert('alert.rate', {
    rate: RateSchema,
    state: v.picklist(['raised', 'normal']),
    value: v.number(),
    threshold: v.number(),
    /** Calls that it was reckoned from; for the time of tools, calls of tools. */
    calls: count,
  }),
])
export type Event = v.InferOutput<typeof EventSchema>
export type EventType = Event['type']

const EventTypeSchema = v.picklist(EventSchema.options.map((option) => option.entries.type.literal))

/** Where an agent's events go. */
export const EventsConfigSchema = v.strictObject({
  /** Public, https, by name. Redirects are not followed. */
  url: v.pipe(
    v.string(),
    v.rawCheck(({ dataset, addIssue }) => {
      const refusal = dataset.typed ? refusedInAgent(dataset.value) : null
      if (refusal) addIssue({ message: refusal })
    }),
  ),
  /** Name of the secret that signs, set with `wrangler secret put`. The prefix keeps others from being used by mistake. */
  secret: v.pipe(v.string(), v.regex(/^EVENTS_[A-Z0-9_]{1,50}$/, 'a name such as EVENTS_SHOP')),
  /** These types only. Without: all. */
  only: v.optional(v.pipe(v.array(EventTypeSchema), v.minLength(1))),
})
export type EventsConfig = v.InferOutput<typeof EventsConfigSchema>

/** Whether events of this type are told. */
export function isTold(config: EventsConfig | undefined, type: EventType): boolean {
  return config !== undefined && (config.only?.includes(type) ?? true)
}
