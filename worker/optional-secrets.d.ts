/** Secrets that may be missing; wrangler generates the types of required ones only (env.d.ts). */
interface Env {
  /** The PARLEY_SECRET before the present one, while sessions from its time are taken over. */
  PARLEY_SECRET_PREVIOUS?: string
  /** Opens the console (docs/console.md). */
  PARLEY_ADMIN_TOKEN?: string
}
