/** `npm run deploy`: builds and deploys to Cloudflare. `npm run deploy -- --dry-run` only shows what would be sent. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deploy } from './lib/deployment.ts'
import { readEnvFile, writeSecretFile } from './lib/env-file.ts'
import { inProject } from './lib/paths.ts'
import { runQuietly, runToEnd } from './lib/processes.ts'
import { quietWrangler, wranglerProgram } from './lib/wrangler.ts'

const done = await deploy(
  {
    build: async () => (await runToEnd(process.execPath, [inProject('scripts/build.ts')])) === 0,
    async wrangler(args, { shown = false } = {}) {
      const command = [wranglerProgram, ...args]
      if (!shown) return runQuietly(process.execPath, command, quietWrangler)
      return { code: await runToEnd(process.execPath, command, quietWrangler), output: '', stdout: '' }
    },
    async withSecretsFile(secrets, use) {
      const dir = mkdtempSync(join(tmpdir(), 'parley-deploy-'))
      try {
        const path = join(dir, 'secrets.json')
        writeSecretFile(path, JSON.stringify(secrets))
        return await use(path)
      } finally {
        rmSync(dir, { recursive: true })
      }
    },
    key: readEnvFile(inProject('.dev.vars')).OPENAI_API_KEY,
    say: (text) => console.log(`\n${text}`),
  },
  { dryRun: process.argv.includes('--dry-run') },
)
process.exitCode = done ? 0 : 1
