/** PARLEY_SECRET: what session tokens are made from. */
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { writeSecretFile } from './env-file.ts'

/** 256 bits, hexadecimal. */
export function newDeploymentSecret(): string {
  return randomBytes(32).toString('hex')
}

/** The secret of this checkout, made once, so that tokens stay valid from one run to the next. */
export function localDeploymentSecret(path: string): string {
  if (existsSync(path)) {
    const kept = readFileSync(path, 'utf8').trim()
    if (/^[0-9a-f]{64}$/.test(kept)) return kept
  }
  const secret = newDeploymentSecret()
  writeSecretFile(path, `${secret}\n`)
  return secret
}
