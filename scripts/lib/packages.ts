/** Programs that come with installed packages, to be run by this Node: the shell's own may be too old for them. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** Absolute path of a package's program. */
export function programOf(packageName: string, program = packageName): string {
  const manifest = createRequire(import.meta.url).resolve(`${packageName}/package.json`)
  const { bin }: { bin?: string | Record<string, string> } = JSON.parse(readFileSync(manifest, 'utf8'))
  const file = typeof bin === 'string' ? bin : bin?.[program]
  if (!file) throw new Error(`${packageName} has no program ${program}`)
  return join(dirname(manifest), file)
}
