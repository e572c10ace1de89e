/**
 * `npm run deploy`: builds, deploys to Cloudflare and asks the deployed Worker whether it works. May be run again at any time.
 * `npm run deploy -- --dry-run` only shows what would be sent; `-- --env NAME` is for an environment of wrangler.toml.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Agents } from '../protocol/agent.ts'
import { deploy } from './lib/deployment.ts'
import { readEnvFile, writeSecretFile } from './lib/env-file.ts'
import { inProject } from './lib/paths.ts'
import { runQuietly, runToEnd } from './lib/processes.ts'
import { quietWrangler, wranglerProgram } from './lib/wrangler.ts'

/** The deployed Worker answers within (ms). */
const ANSWER_MS = 10_000

/** For agents that any website may use. */
const ANY_WEBSITE = 'https://www.example.com'

const { agents }: { agents: Agents } = await import('../agents/index.ts')
const { values } = parseArgs({ options: { 'dry-run': { type: 'boolean', default: false }, env: { type: 'string' } } })
const dir = mkdtempSync(join(tmpdir(), 'parley-deploy-'))
const report = join(dir, 'report.ndjson')
const settings = { ...quietWrangler, WRANGLER_OUTPUT_FILE_PATH: report }

try {
  const done = await deploy(
    {
      build: async () => (await runToEnd(process.execPath, [inProject('scripts/build.ts')])) === 0,
      async wrangler(args, { shown = false } = {}) {
        const command = [wranglerProgram, ...args]
        if (!shown) return runQuietly(process.execPath, command, quietWrangler)
        return { code: await runToEnd(process.execPath, command, settings), output: '', stdout: '' }
      },
      withSecretsFile(secrets, use) {
        const path = join(dir, 'secrets.json')
        writeSecretFile(path, JSON.stringify(secrets))
        return use(path)
      },
      deployReport: () => (existsSync(report) ? readFileSync(report, 'utf8') : ''),
      key: readEnvFile(inProject('.dev.vars')).OPENAI_API_KEY,
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
