/** `npm run deploy`: builds and deploys to Cloudflare. `npm run deploy -- --dry-run` only shows what would be sent. */
import { deploy } from './lib/deployment.ts'
import { inProject } from './lib/paths.ts'
import { runQuietly, runToEnd } from './lib/processes.ts'
import { quietWrangler, wranglerProgram } from './lib/wrangler.ts'

const done = await deploy(
  {
    build: async () => (await runToEnd(process.execPath, [inProject('scripts/build.ts')])) === 0,
    async wrangler(args, { input, shown = false } = {}) {
      const command = [wranglerProgram, ...args]
      if (!shown) return runQuietly(process.execPath, command, { env: quietWrangler, input })
      return { code: await runToEnd(process.execPath, command, quietWrangler), output: '', stdout: '' }
    },
    say: (text) => console.log(`\n${text}`),
  },
  { dryRun: process.argv.includes('--dry-run') },
)
process.exitCode = done ? 0 : 1
