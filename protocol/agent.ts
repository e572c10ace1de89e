/** What a site owner configures: one object per assistant, made with `defineAgent`. */
import * as v from 'valibot'
import { AlertsSchema } from './alerts.ts'
import { ConsentVersionSchema } from './consent.ts'
import { EventsConfigSchema, isTold } from './events.ts'
import { HAND_OVER } from './hand-over.ts'
import { IMAGE_WAYS } from './image.ts'
import { McpServerSchema, secretsOf } from './mcp.ts'
import { PhoneSchema } from './phone.ts'
import { ToolSpecSchema } from './tool.ts'

const OriginSchema = v.pipe(
  v.string(),
  v.check(
    (text) => text === '*' || (URL.canParse(text) && new URL(text).origin === text),
    'an exact origin such as https://example.com (no path, no trailing slash), or "*" for every website',
  ),
)

/** What the provider takes out of the visitor's sound: `near_field` for headphones and phones, `far_field` for a room. */
const NoiseSchema = v.optional(v.nullable(v.picklist(['near_field', 'far_field'])), 'near_field')

const TurnsSchema = v.variant('detection', [
  v.strictObject({
    /** The provider hears when the visitor has finished. */
    detection: v.literal('server_vad'),
    /** 0…1: how loud counts as speech. */
    threshold: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), 0.5),
    /** Silence that ends a turn, in ms. */
    silenceMs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(100), v.maxValue(5000)), 500),
    /** Audio kept from before the speech was noticed, in ms. */
    prefixMs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2000)), 300),
    noise: NoiseSchema,
  }),
  v.strictObject({
    /** The provider understands when the thought is finished: a pause in the middle of a sentence ends no turn. */
    detection: v.literal('semantic_vad'),
    /** How soon it takes a turn for finished. It waits for at most 8 s (`low`), 4 s (`medium`, which is `auto`) or 2 s (`high`). */
    eagerness: v.optional(v.picklist(['low', 'medium', 'high', 'auto']), 'auto'),
    noise: NoiseSchema,
  }),
  /** The visitor holds a button while speaking. */
  v.strictObject({ detection: v.literal('push_to_talk'), noise: NoiseSchema }),
])

/**
 * What the model no longer sees of a long conversation. The transcript keeps everything; so does a new call, as far as
 * `restoreTokens` goes.
 */
const TruncationSchema = v.strictObject({
  /**
   * Tokens of conversation, beside instructions and tools, above which the oldest is dropped. At least as many as the longest
   * typed text may have; three quarters of the model's context at most (checked at start-up).
   */
  maxTokens: v.optional(v.pipe(v.number(), v.integer(), v.minValue(10_000), v.maxValue(96_000)), 16_000),
  /** What is kept of them then. The smaller, the more rarely it happens: each time all that follows is billed uncached once. */
  retentionRatio: v.optional(v.pipe(v.number(), v.minValue(0.1), v.maxValue(1)), 0.5),
})

const seconds = (max: number) => v.pipe(v.number(), v.integer(), v.minValue(10), v.maxValue(max))
const usd = v.pipe(v.number(), v.finite(), v.minValue(0.01))
const count = v.pipe(v.number(), v.integer(), v.minValue(1))

/** An answer begins only when the most that it can cost still fits below every cap; money is in USD. */
const LimitsSchema = v.strictObject({
  /** Longest call, in seconds. 3600, the provider's own limit, means none: such a call is rolled over into another before. */
  callSeconds: v.optional(seconds(3600), 1800),
  /** One call. */
  callUsd: v.optional(usd, 3),
  /** All calls and typed answers of one session. */
  sessionUsd: v.optional(usd, 6),
  /** Items in the transcript of one session. */
  sessionItems: v.optional(count, 2000),
  /** The agent, all visitors, per UTC day. */
  dayUsd: v.optional(usd, 25),
  /** The agent, all visitors, per UTC month. */
  monthUsd: v.optional(usd),
  /**
   * One visitor, all sessions, per UTC day; null: no such cap. A signed identity is one visitor. Anonymous visitors are told
   * apart by the neighbourhood of their address only (docs/budgets.md), so that an office or a mobile network is one.
   */
  visitorDayUsd: v.optional(v.nullable(usd), 5),
  /** Calls at the same time. */
  concurrentCalls: v.optional(count, 25),
  /** Starts of one visitor in an hour: so many at once, more as time goes by. A call that is made anew counts, too. */
  visitorSessionsPerHour: v.optional(count, 60),
  visitorCallsPerHour: v.optional(count, 120),
  /** The same for all visitors of the agent together. */
  sessionsPerHour: v.optional(count, 1000),
  callsPerHour: v.optional(count, 2000),
})

/** Guarantees: the object of a session runs and stores nowhere else. The others are hints (docs/agents.md, Region). */
const JURISDICTIONS = ['eu', 'us'] as const
const HINTS = ['wnam', 'enam', 'sam', 'weur', 'eeur', 'apac', 'apac-ne', 'apac-se', 'oc', 'afr', 'me'] as const

export type Jurisdiction = (typeof JURISDICTIONS)[number]

/** What happens in a live call when nobody says, types or does anything any more. */
const IdleSchema = v.strictObject({
  /** So long (s) after the last word the assistant asks, once and in its own words, whether somebody is still there. */
  askAfterSeconds: v.optional(seconds(3600), 120),
  /** So long (s) after that question the call ends. The conversation stays and can be gone on with. */
  endAfterSeconds: v.optional(seconds(3600), 60),
})

/** Who signs the identities of visitors (docs/api.md, Signed identity), and whether everybody needs one. */
const IdentitySchema = v.variant('keys', [
  /** HS256 with a secret that the website's server and this deployment share. */
  v.strictObject({
    keys: v.literal('secret'),
    /** Set with `wrangler secret put`. The prefix keeps other secrets from being used by mistake. */
    secretName: v.pipe(v.string(), v.regex(/^IDENTITY_[A-Z0-9_]{1,50}$/, 'a name such as IDENTITY_SHOP')),
    required: v.optional(v.boolean(), false),
  }),
  /** ES256 or EdDSA with the keys that the website publishes. */
  v.strictObject({
    keys: v.literal('jwks'),
    jwksUrl: v.pipe(v.string(), v.url(), v.startsWith('https://')),
    required: v.optional(v.boolean(), false),
  }),
])

/** Pictures that visitors show. */
const ImagesSchema = v.strictObject({
  /** Ways that the widget offers. */
  from: v.optional(v.pipe(v.array(v.picklist(IMAGE_WAYS)), v.minLength(1)), [...IMAGE_WAYS]),
  /** Of one conversation, and of one call of it. */
  maxPerSession: v.optional(count, 20),
  maxPerCall: v.optional(count, 10),
  /** They are stored, sealed, for as long as the conversation. Without, nothing but that there was one. */
  keep: v.optional(v.boolean(), false),
})

export const AgentSchema = v.strictObject({
  /** Shown to visitors. */
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(60)),
  /** One line under the name, shown to visitors. */
  tagline: v.optional(v.pipe(v.string(), v.maxLength(120)), ''),
  /** Never leaves the broker in our own answers (a WebRTC page can still see what the provider shows it). */
  instructions: v.pipe(v.string(), v.minLength(1), v.maxLength(50_000)),
  /** Said by the assistant first, when set; otherwise it waits for the visitor. */
  greeting: v.optional(v.pipe(v.string(), v.maxLength(500)), ''),
  /** Model id of the provider. */
  model: v.optional(v.string(), 'gpt-realtime-2.1'),
  voice: v.optional(v.string(), 'marin'),
  /** ISO 639-1 hint for the transcription of visitors, such as `en`. */
  language: v.optional(v.pipe(v.string(), v.regex(/^[a-z]{2}$/)), undefined),
  /** Model that writes down what visitors say. */
  transcription: v.optional(v.string(), 'gpt-transcribe'),
  /** When a turn of the visitor is over, and how the microphone is cleaned. */
  turns: v.optional(TurnsSchema, { detection: 'server_vad' }),
  /**
   * How sound travels. `auto`: WebRTC, and through the broker (the relay) where that does not connect. `relay`: always
   * through the broker: the page then sees nothing of the call but its sound.
   */
  transport: v.optional(v.picklist(['auto', 'webrtc', 'relay']), 'auto'),
  /** How a WebRTC call is opened; see docs/architecture.md. */
  handshake: v.optional(v.picklist(['brokered', 'ephemeral']), 'brokered'),
  /**
   * What happens when a page changes a call that it has a data channel to: `revert` puts the configuration back once and
   * ends the call the second time, or when items or answers are slipped in. `allow`: for ephemeral agents whose own
   * client updates the session, as OpenAI's does. Over WebRTC this detects, it cannot prevent.
   */
  tamper: v.optional(v.picklist(['revert', 'allow']), 'revert'),
  /** Tokens one answer may have, 1…4096. */
  maxOutputTokens: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(4096)), 1024),
  /** null: only what no longer fits into the model's context is dropped (docs/agents.md, Truncation). */
  truncation: v.optional(v.nullable(TruncationSchema), {}),
  /** Tokens of history given to a new call when a conversation is resumed. */
  restoreTokens: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(100_000)), 6000),
  /**
   * Days that a conversation is kept after the last thing that happened in it. 0: it can be resumed for some minutes, and
   * 15 min after the last activity at most it is destroyed.
   */
  retentionDays: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(3650)), 30),
  /** What it may cost, and how long. */
  limits: v.optional(LimitsSchema, {}),
  /** null: a silent call goes on until its time is over (docs/agents.md, Silence). */
  idle: v.optional(v.nullable(IdleSchema), {}),
  /** Near the end of its time or money a call's assistant is told to come to an end, so that it is not cut off. */
  wrapUp: v.optional(v.boolean(), true),
  /** Where the sessions of this agent are kept: `eu` or `us` and nowhere else, or near a part of the world. Without: near their visitor. */
  region: v.optional(v.picklist([...JURISDICTIONS, ...HINTS])),
  /** Websites that may use this agent. */
  origins: v.pipe(v.array(OriginSchema), v.minLength(1)),
  /** Visitors may come with a signed identity, or must. Without: everybody is anonymous. */
  identity: v.optional(IdentitySchema),
  /** New sessions need a Turnstile token made for this action (secret TURNSTILE_SECRET). Without: no bot check. */
  botCheck: v.optional(v.strictObject({ action: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,32}$/)) })),
  /** Visitors agree to this before anything begins; the broker makes no session without. Without: nobody is asked. */
  consent: v.optional(
    v.strictObject({
      text: v.pipe(v.string(), v.minLength(1), v.maxLength(600)),
      /** Where more is said. */
      url: v.optional(v.pipe(v.string(), v.url(), v.startsWith('https://'))),
      /** Names this wording; another one is asked anew. Without: the hash of text and url. */
      version: v.optional(ConsentVersionSchema),
    }),
  ),
  /** What it can do besides talking, made with `tool({…})` (docs/tools.md). */
  tools: v.optional(
    v.pipe(
      v.array(ToolSpecSchema),
      v.maxLength(32),
      v.check((tools) => new Set(tools.map(({ name }) => name)).size === tools.length, 'each name once'),
    ),
    [],
  ),
  /** MCP servers that the provider asks by itself (docs/tools.md). */
  mcp: v.optional(
    v.pipe(
      v.array(McpServerSchema),
      v.maxLength(8),
      v.check((servers) => new Set(servers.map(({ label }) => label)).size === servers.length, 'each label once'),
    ),
    [],
  ),
  /**
   * What tools were called with and what they answered is shown to the visitor's page: in frames, transcripts and exports.
   * Without, a page learns only that they were called (over WebRTC the provider shows it more, docs/tools.md).
   */
  showTools: v.optional(v.boolean(), false),
  /** Visitors may show pictures (docs/pictures.md). Without: they may not. */
  images: v.optional(ImagesSchema),
  /** Your server is told what happens (docs/events.md). Without: nobody is. */
  events: v.optional(EventsConfigSchema),
  /** When that server is told of spending, errors, slow tools and broken connections (docs/events.md, Alerts). */
  alerts: v.optional(AlertsSchema, {}),
  /** It answers the telephone, too (docs/phone.md). */
  phone: v.optional(PhoneSchema),
  theme: v.optional(
    v.strictObject({
      /** Brand colour. The widget moves it where it would be hard to read. */
      accent: v.optional(v.pipe(v.string(), v.regex(/^#[0-9a-f]{6}$/i, '#rrggbb'))),
      /** `auto`: as the visitor's system. */
      scheme: v.optional(v.picklist(['auto', 'light', 'dark']), 'auto'),
      /** Of the panel's corners, in px; all other corners follow. */
      radius: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(32)), 24),
    }),
    {},
  ),
})

/** What a site owner writes. */
export type AgentInput = v.InferInput<typeof AgentSchema>
/** The same with every default filled in. */
export type Agent = v.InferOutput<typeof AgentSchema>
/** Agents by the name used in `data-agent`. */
export type Agents = Readonly<Record<string, Agent>>

/** Nobody would come. */
const HandOverIsTold = v.check<Agent, string>(
  ({ tools, events }) => !tools.some(({ name }) => name === HAND_OVER) || isTold(events, HAND_OVER),
  `the tool ${HAND_OVER} needs \`events\` that tell it`,
)

/** Nobody could be connected. */
const TransferHasPhone = v.check<Agent, string>(
  ({ tools, phone }) => !tools.some(({ name }) => name === 'transfer') || phone !== undefined,
  'the tool transfer needs `phone`',
)
/** A telephone has no such button, and nobody can sign in or agree to a text on it. */
const PhoneCanTalk = v.check<Agent, string>(
  ({ turns, identity, consent, phone }) =>
    !phone || (turns.detection !== 'push_to_talk' && !identity?.required && !consent),
  '`phone` goes with neither push_to_talk nor an identity that is required nor `consent`',
)

/** Over WebRTC a page may see the configuration of its call. */
const McpSecretsStay = v.check<Agent, string>(
  ({ mcp, transport }) => transport === 'relay' || mcp.every((server) => secretsOf(server).length === 0),
  "mcp: a server with `secretName` or `headers` needs `transport: 'relay'`, since a page may see what a WebRTC call is configured with",
)

/**
 * Checks an agent and fills in its defaults.
 * @throws Error that names every wrong field, at start-up rather than at the first visitor.
 */
export function defineAgent(input: AgentInput): Agent {
  const result = v.safeParse(v.pipe(AgentSchema, HandOverIsTold, TransferHasPhone, PhoneCanTalk, McpSecretsStay), input)
  if (result.success) return Object.freeze(result.output)
  const problems = result.issues.map((issue) => `  ${v.getDotPath(issue) ?? '(agent)'}: ${issue.message}`)
  throw new Error(`The agent "${input?.name ?? '?'}" is not valid:\n${problems.join('\n')}`)
}
