/** How wrangler is called from here. */
import { programOf } from './packages.ts'

export const wranglerProgram = programOf('wrangler')

/** Nothing is sent anywhere, nothing is said that is not about us (worker-notes.md, Assets and a quiet local run). */
export const quietWrangler = {
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_SEND_ERROR_REPORTS: 'false',
  WRANGLER_HIDE_BANNER: 'true',
  WRANGLER_NO_SKILLS_UPDATE_PROMPTS: 'true',
}
