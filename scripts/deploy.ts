/**
 * `npm run deploy`: builds, deploys to Cloudflare and asks the deployed Worker whether it works. May be run again at any time.
 * `npm run deploy -- --dry-run` only shows what would be sent; `-- --env NAME` is for an environment of wrangler.toml.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { unstable_readConfig } from 'wrangler'
import type { Agents } from '../protocol/agent.ts'
import { cloudflare } from './lib/cloudflare.ts'
import { deploy } from './lib/deployment.ts'
import { readEnvFile } from './lib/env-file.ts'
import { inProject } from './lib/paths.ts'
import { runToEnd } from './lib/processes.ts'

/** The deployed Worker answers within (ms). */
const ANSWER_MS = 10_000

/** For agents that any website may use. */
const ANY_WEBSITE = 'https://www.example.com'

const { agents }: { agents: Agents } = await import('../agents/index.ts')
const { values } = parseArgs({ options: { 'dry-run': { type: 'boolean', default: false }, env: { type: 'string' } } })
const config = { config: inProject('wrangler.toml'), ...(values.env ? { env: values.env } : {}) }
const { vars } = unstable_readConfig(config, { hideWarnings: true })
const dir = mkdtempSync(join(tmpdir(), 'parley-deploy-'))

try {
  const done = await deploy(
    {
      ...cloudflare(dir),
      build: async () => (await runToEnd(process.execPath, [inProject('scripts/build.ts')])) === 0,
      key: readEnvFile(inProject('.dev.vars')).OPENAI_API_KEY,
      hasConsoleDoor: Boolean(vars.ACCESS_TEAM_DOMAIN || vars.ADMIN_TOKEN_SHA256),
      isWatched: Boolean(process.stdout.isTTY && !process.env.CI),
      fetch: (url, origin) =>
        fetch(url, {
          signal: AbortSignal.timeout(ANSWER_MS),
          redirect: 'error',
          headers: origin ? { Origin: origin } : {},
        }),
      websites: Object.fromEntries(
        Object.entries(agents).map(([id, { origins }]) => [id, origins[0] === '*' ? ANY_WEBSITE : (origins[0] ?? '')]),
      ),
      now: Date.now,
      pause: (ms) => new Promise((resume) => setTimeout(resume, ms)),
      say: (text) => console.log(`\n${text}`),
    },
    { dryRun: values['dry-run'], env: values.env },
  )
  process.exitCode = done ? 0 : 1
} finally {
  rmSync(dir, { recursive: true })
}
