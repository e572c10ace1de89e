/** Debian's packages, for what npm does not have. */
import { existsSync } from 'node:fs'
import { runQuietly } from './processes.ts'

/** Whether this user may install some. */
export function mayInstall(): boolean {
  return process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')
}

/** @throws Error with its output when it fails */
export async function aptGet(...args: string[]): Promise<void> {
  const { code, output } = await runQuietly('apt-get', args, { DEBIAN_FRONTEND: 'noninteractive' })
  if (code !== 0) throw new Error(`apt-get ${args.join(' ')} ended with code ${code}:\n${output}`)
}
