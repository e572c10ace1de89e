/** Cloudflare as wrangler reaches it: its commands, secrets lent to them, and what it reports of a deploy. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DeploymentPorts } from './deployment.ts'
import { writeSecretFile } from './env-file.ts'
import { runQuietly, runToEnd } from './processes.ts'
import { quietWrangler, wranglerProgram } from './wrangler.ts'

/**
 * @param dir that only this user can read and that is deleted afterwards
 * @param env more of the environment for wrangler
 */
export function cloudflare(
  dir: string,
  env: Readonly<Record<string, string>> = {},
): Pick<DeploymentPorts, 'wrangler' | 'withSecretsFile' | 'deployReport'> {
  const report = join(dir, 'report.ndjson')
  const settings = { ...quietWrangler, ...env }
  return {
    async wrangler(args, { shown = false } = {}) {
      const command = [wranglerProgram, ...args]
      if (!shown) return runQuietly(process.execPath, command, settings)
      const code = await runToEnd(process.execPath, command, { ...settings, WRANGLER_OUTPUT_FILE_PATH: report })
      return { code, output: '', stdout: '' }
    },
    withSecretsFile(secrets, use) {
      const path = join(dir, 'secrets.json')
      writeSecretFile(path, JSON.stringify(secrets))
      return use(path)
    },
    deployReport: () => (existsSync(report) ? readFileSync(report, 'utf8') : ''),
  }
}
