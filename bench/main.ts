/** `npm run bench -- NAME …`: the same as `npm run bench:NAME -- …`. */
import { readFileSync } from 'node:fs'
import { inProject } from '../scripts/lib/paths.ts'
import { runToEnd } from '../scripts/lib/processes.ts'

const { scripts }: { scripts: Record<string, string> } = JSON.parse(readFileSync(inProject('package.json'), 'utf8'))
const names = Object.keys(scripts).flatMap((script) => (script.startsWith('bench:') ? [script.slice(6)] : []))
const [name = '', ...args] = process.argv.slice(2)
if (names.includes(name)) process.exitCode = await runToEnd('npm', ['run', '--silent', `bench:${name}`, '--', ...args])
else {
  console.error(
    `npm run bench -- NAME, where NAME is one of: ${names.join(', ')}. What each measures: docs/benchmarks.md`,
  )
  process.exitCode = 1
}
