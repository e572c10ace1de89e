/** Files of NAME=value lines: what a developer writes, and what the local broker is given. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { parseEnv } from 'node:util'

/** The variables of a file; none when there is no such file. An empty value counts as not set. */
export function readEnvFile(path: string): Record<string, string> {
  if (!existsSync(path)) return {}
  const variables: Record<string, string> = {}
  for (const [name, value] of Object.entries(parseEnv(readFileSync(path, 'utf8')))) {
    if (value?.trim()) variables[name] = value.trim()
  }
  return variables
}

/** Writes a file that only its owner can read. */
export function writeSecretFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text, { mode: 0o600 })
}

/**
 * The text of an env file as wrangler reads it: it expands `$NAME` in values, so a dollar sign is escaped, and quotes
 * keep `#` and spaces. A value with a quote or a line break cannot be written in that format at all.
 */
export function envFileText(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, value]) => {
      if (/['\r\n]/.test(value)) throw new Error(`${name} has a quote or a line break in it`)
      return `${name}='${value.replaceAll('$', '\\$')}'\n`
    })
    .join('')
}
