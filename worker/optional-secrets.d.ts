/** Secrets and bindings that may be missing; wrangler generates the types of the others only (env.d.ts). */
interface Env {
  /** The PARLEY_SECRET before the present one, while sessions from its time are taken over. */
  PARLEY_SECRET_PREVIOUS?: string
  /** Signs the provider's webhooks; agents with `phone` need it (docs/phone.md). */
  OPENAI_WEBHOOK_SECRET?: string
  /** The one before it, while the provider is changing it. */
  OPENAI_WEBHOOK_SECRET_PREVIOUS?: string
  /** Opens the console (docs/console.md). */
  PARLEY_ADMIN_TOKEN?: string
  /** A data point for each call (docs/console.md, Analytics Engine). */
  ANALYTICS?: AnalyticsEngineDataset
}
