/** What the provider tells us by webhook (Standard Webhooks, realtime-api.md 6.1). Unknown fields and types must break nothing. */
import * as v from 'valibot'

/** Any event. */
export const ProviderEventSchema = v.object({ type: v.pipe(v.string(), v.minLength(1), v.maxLength(200)) })

/** Its headers are what the caller's side has sent: nothing in them can be relied on. */
export const IncomingCallSchema = v.object({
  type: v.literal('realtime.call.incoming'),
  data: v.object({
    call_id: v.pipe(v.string(), v.regex(/^[\w.~-]{1,256}$/, 'a call id')),
    sip_headers: v.array(v.object({ name: v.string(), value: v.string() })),
  }),
})

/** What was done about it. `repeated`: it was handled before. `ignored`: an event of a type that nothing is done about. */
export const WebhookHandledSchema = v.object({
  outcome: v.picklist(['accepted', 'rejected', 'repeated', 'ignored']),
  /** `rejected`: the SIP status that the caller's network gets. */
  sip_status: v.optional(v.number()),
})
export type WebhookHandled = v.InferOutput<typeof WebhookHandledSchema>
