/** The example for Next, built and served by the real one, which is installed from the npm registry: 150 MB that the project does not carry along. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inProject } from '../../../scripts/lib/paths.ts'
import { runQuietly, startProgram } from '../../../scripts/lib/processes.ts'
import { installPackage } from '../../widget/npm/installed.ts'
import type { Site } from './site.ts'

export async function openNextSite(port: number, brokerUrl: string): Promise<Site> {
  const dir = mkdtempSync(join(tmpdir(), 'parley-next-'))
  const installed = await installPackage()
  cpSync(inProject('examples/embed/next'), dir, { recursive: true })
  const assistant = join(dir, 'app/assistant.tsx')
  writeFileSync(assistant, readFileSync(assistant, 'utf8').replace('https://YOUR-BROKER', brokerUrl))
  const env = { NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: undefined }
  const next = join(dir, 'node_modules/next/dist/bin/next')
  const steps = [
    ['npm', 'install', '--prefix', dir, '--no-audit', '--no-fund', installed.tarball],
    [process.execPath, next, 'build', dir],
  ]
  for (const [command = '', ...args] of steps) {
    const { code, output } = await runQuietly(command, args, env)
    if (code !== 0) throw new Error(output)
  }
  let isUp = () => {}
  const up = new Promise<void>((resolve) => {
    isUp = resolve
  })
  const server = startProgram({
    name: 'Next',
    command: process.execPath,
    args: [next, 'start', dir, '--port', String(port)],
    env,
    onLine: (line) => line.includes('Ready') && isUp(),
  })
  await Promise.race([up, server.ended.then((how) => Promise.reject(new Error(`Next ${how}: ${server.lastLines()}`)))])
  return {
    url: `http://localhost:${port}`,
    close: async () => {
      await server.stop()
      installed.remove()
      rmSync(dir, { recursive: true })
    },
  }
}
