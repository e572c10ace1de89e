/** When a site owner's server is told that an agent needs a look (docs/events.md, Alerts). */
import * as v from 'valibot'

const share = v.pipe(v.number(), v.minValue(0.01), v.maxValue(1))

/** Nothing is told where the agent has no `events`; which types are told, its `events.only` says. */
export const AlertsSchema = v.strictObject({
  /** Shares of the day's cap (`limits.dayUsd`), 0.01…1: each is told once a day (UTC). 1: also when the cap turns somebody away. */
  spending: v.optional(v.pipe(v.array(share), v.maxLength(10)), [0.5, 0.8, 1]),
  /** Share of calls that ended because something failed. null: not looked at, here and below. */
  errorRate: v.optional(v.nullable(share), 0.1),
  /** So long (ms) one tool call in twenty takes, or longer. Times above 32 s are not told apart. */
  toolP95Ms: v.optional(v.nullable(v.pipe(v.number(), v.minValue(50), v.maxValue(30_000))), 5000),
  /** Share of calls that were made anew because the one before had lost its connection. */
  reconnectRate: v.optional(v.nullable(share), 0.2),
  /** Of less calls (of tools, for their time) nothing is said: one that failed is no alarm. */
  minCalls: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 20),
})
export type AlertsConfig = v.InferOutput<typeof AlertsSchema>

/** What is looked at, each with the option that is its threshold. */
export const RATES = { error_rate: 'errorRate', tool_p95_ms: 'toolP95Ms', reconnect_rate: 'reconnectRate' } as const
export type Rate = keyof typeof RATES
export const RateSchema = v.picklist(['error_rate', 'tool_p95_ms', 'reconnect_rate'] satisfies Rate[])
