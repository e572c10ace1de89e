/**
 * Bodies of the console's routes (docs/console.md): what a site owner sees and does. Times are ms since 1970, money is USD.
 */
import * as v from 'valibot'
import { ConsentRecordSchema } from './consent.ts'
import { EndReasonSchema } from './frames.ts'
import { AgentIdSchema, CallIdSchema, SessionIdSchema } from './ids.ts'
import { ItemSchema } from './item.ts'
import { RatingSchema, ScoreSchema } from './rating.ts'

/** Shorter admin tokens are refused: they could be guessed. */
export const MIN_ADMIN_TOKEN = 32

const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const time = v.number()
const usd = v.number()
const queryNumber = v.pipe(
  v.string(),
  v.regex(/^\d{1,15}(\.\d{1,6})?$/, 'a number'),
  v.transform(Number),
  v.number(),
  v.minValue(0),
)
const queryTime = v.pipe(queryNumber, v.integer())

/** `POST /console/api/login` */
export const LoginSchema = v.strictObject({ token: v.pipe(v.string(), v.minLength(1), v.maxLength(512)) })

/** `GET /console/api/me`: who is asking, and what this deployment has. */
export const MeSchema = v.object({
  /** How the owner came in. */
  via: v.picklist(['token', 'access']),
  /** Their address, as Cloudflare Access has it. */
  who: v.nullable(v.string()),
  /** There is an index of all sessions (D1): lists and plots work. */
  records: v.boolean(),
  agents: v.array(v.object({ id: AgentIdSchema, name: v.string(), accent: v.optional(v.string()) })),
})
export type Me = v.InferOutput<typeof MeSchema>

/** An event that was given up. */
const DeadLetter = v.object({ id: v.string(), type: v.string(), at: time, cause: v.string() })
export type DeadLetter = v.InferOutput<typeof DeadLetter>

const Spending = v.object({
  /** Settled today (UTC), and set aside for what is live. */
  day: usd,
  held: usd,
  /** Settled this month, today included. */
  month: usd,
})

/** `GET /console/api/agents` */
export const ConsoleAgentsSchema = v.object({
  agents: v.array(
    v.object({
      id: AgentIdSchema,
      name: v.string(),
      model: v.string(),
      voice: v.string(),
      origins: v.array(v.string()),
      retentionDays: v.number(),
      tools: v.array(v.string()),
      /** No new conversation or call may begin. */
      paused: v.boolean(),
      liveCalls: count,
      /** Alerts that its owner's server would not take. */
      deadLetters: v.array(DeadLetter),
      spending: Spending,
      limits: v.object({
        callSeconds: v.number(),
        callUsd: usd,
        sessionUsd: usd,
        dayUsd: usd,
        monthUsd: v.nullable(usd),
        visitorDayUsd: v.nullable(usd),
        concurrentCalls: count,
      }),
    }),
  ),
  /** Agents whose ledger did not answer. */
  silent: count,
})
export type ConsoleAgents = v.InferOutput<typeof ConsoleAgentsSchema>

/** `PUT /console/api/agents/{agent}/paused` */
export const PauseSchema = v.strictObject({ paused: v.boolean() })

/** What happened last in a call. Never what was said. */
export const LastEventSchema = v.picklist(['opening', 'ready', 'visitor', 'assistant', 'tool', 'person', 'notice'])
export type LastEvent = v.InferOutput<typeof LastEventSchema>

const LiveCall = v.object({
  call: CallIdSchema,
  session: SessionIdSchema,
  agent: AgentIdSchema,
  startedAt: time,
  path: v.picklist(['webrtc', 'relay']),
  usd,
  last: LastEventSchema,
  lastAt: time,
})
export type LiveCall = v.InferOutput<typeof LiveCall>

/** `GET /console/api/calls`: what is live now, asked of the calls themselves. */
export const LiveCallsSchema = v.object({
  at: time,
  calls: v.array(LiveCall),
  /** Calls beyond those that were asked. */
  more: count,
  /** Ledgers and sessions that did not answer: their calls are not among these. */
  silent: count,
})
export type LiveCalls = v.InferOutput<typeof LiveCallsSchema>

/** `GET /console/api/sessions` */
export const SessionListQuerySchema = v.object({
  agent: v.optional(AgentIdSchema),
  reason: v.optional(EndReasonSchema),
  /** Begun from then on, and before. */
  from: v.optional(queryTime),
  to: v.optional(queryTime),
  minUsd: v.optional(queryNumber),
  maxUsd: v.optional(queryNumber),
  /** Rated so. */
  rating: v.optional(ScoreSchema),
  /** With events that were given up. */
  dead: v.optional(v.literal('1')),
  /** `next` of the page before. */
  before: v.optional(
    v.pipe(v.string(), v.regex(/^\d{1,15}\.ses_[A-Za-z0-9_]{22,25}$/, 'the `next` of the page before')),
  ),
})
export type SessionListQuery = v.InferOutput<typeof SessionListQuerySchema>

const SessionSummary = v.object({
  session: SessionIdSchema,
  agent: AgentIdSchema,
  startedAt: time,
  lastAt: time,
  calls: count,
  /** Length of its calls together. */
  ms: v.number(),
  usd,
  turns: count,
  tools: count,
  interruptions: count,
  reconnects: count,
  /** How its newest call ended; null: it is live, or there was none. */
  reason: v.nullable(EndReasonSchema),
  deadLetters: count,
  /** What the visitor has said of it. */
  rating: v.nullable(ScoreSchema),
})
export type SessionSummary = v.InferOutput<typeof SessionSummary>

export const SessionListSchema = v.object({
  sessions: v.array(SessionSummary),
  /** Give it as `before` to look further; null at the end. A page may be short, or empty, and have a next one. */
  next: v.nullable(v.string()),
  /** Sessions that were looked through for this page. */
  looked: count,
})
export type SessionList = v.InferOutput<typeof SessionListSchema>

const OwnedCall = v.object({
  call: CallIdSchema,
  startedAt: time,
  endedAt: v.nullable(time),
  reason: v.nullable(EndReasonSchema),
  path: v.picklist(['webrtc', 'relay']),
  /** The one before it had lost its connection. */
  reconnect: v.boolean(),
  /** Null where it is not known any more. */
  usd: v.nullable(usd),
})
export type OwnedCall = v.InferOutput<typeof OwnedCall>

/** `GET /console/api/sessions/{session}`, asked of the session itself. */
export const OwnedSessionSchema = v.object({
  session: SessionIdSchema,
  agent: AgentIdSchema,
  origin: v.string(),
  identified: v.boolean(),
  /** What the visitor has agreed to, the newest last. */
  consents: v.array(ConsentRecordSchema),
  rating: v.nullable(RatingSchema),
  startedAt: time,
  lastAt: time,
  /** When it is erased unless something happens until then. */
  erasedAt: time,
  usd,
  turns: count,
  tools: count,
  interruptions: count,
  calls: v.array(OwnedCall),
  deadLetters: v.array(DeadLetter),
})
export type OwnedSession = v.InferOutput<typeof OwnedSessionSchema>

/** `GET /console/api/sessions/{session}/transcript`: everything, what tools were asked and answered included. */
export const OwnedTranscriptSchema = v.object({
  session: SessionIdSchema,
  items: v.array(ItemSchema),
  next: v.nullable(v.string()),
})

export const RangeSchema = v.picklist(['24h', '7d', '30d'])
export type Range = v.InferOutput<typeof RangeSchema>

/** `GET /console/api/plots`. Without an agent: all together. */
export const PlotsQuerySchema = v.object({ agent: v.optional(AgentIdSchema), range: v.optional(RangeSchema, '24h') })

const series = v.array(v.number())
const gaps = v.array(v.nullable(v.number()))

/** One number for each of `times`. Null where nothing happened that could be measured. */
export const PlotsSchema = v.object({
  /** Begin of each step. */
  times: series,
  stepMs: v.number(),
  calls: series,
  minutes: series,
  /** What was spent, by what it was spent for. `rest`: estimated, or from before a restart. */
  usd: v.object({ audio: series, text: series, image: series, words: series, rest: series }),
  /** Share of input tokens that were billed at the cached price, 0…1. */
  cachedShare: gaps,
  /** Share of calls that ended because something failed, 0…1. */
  errorRate: gaps,
  reconnectsPerCall: gaps,
  /** From the request to the moment that the visitor may speak (ms). */
  connectMs: v.object({ p50: gaps, p95: gaps }),
  /** From a tool's call to its result (ms). */
  toolMs: v.object({ p50: gaps, p95: gaps }),
  /** Visitors who left within 30 s of a tool call. */
  leftAfterTool: series,
  /** Conversations that were rated, in the step in which they began. */
  ratings: v.object({ good: series, bad: series }),
  /** Connect time of the whole range by part of the world, where the visitor's request came in. */
  regions: v.array(v.object({ region: v.string(), calls: count, p50: v.number(), p95: v.number() })),
})
export type Plots = v.InferOutput<typeof PlotsSchema>

/** `GET /console/api/settings`: what `npm run doctor` says, as far as the Worker itself can see it. */
export const SettingsSchema = v.object({
  findings: v.array(
    v.object({ state: v.picklist(['good', 'warning', 'wrong']), what: v.string(), todo: v.optional(v.string()) }),
  ),
})
export type Settings = v.InferOutput<typeof SettingsSchema>
