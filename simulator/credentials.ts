/** Who may do what: project keys, and the client secrets that were minted here (realtime-api.md 2). */
import { randomBytes } from 'node:crypto'
import type { Clock } from './clock.ts'
import type { SessionConfig } from './realtime/session-config.ts'
import { Refusal } from './refusal.ts'

export type Key = { kind: 'sk' } | { kind: 'ek'; config: SessionConfig }

interface Secret {
  config: SessionConfig
  expiresAt: number
}

export class Credentials {
  #clock: Clock
  #secrets = new Map<string, Secret>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** A client secret: opens any number of sessions until it expires (realtime-api.md 0.4). */
  mint(config: SessionConfig, seconds: number): { value: string; expiresAt: number } {
    this.#forgetExpired()
    const value = `ek_${randomBytes(16).toString('hex')}`
    const expiresAt = Math.floor(this.#clock.now() / 1000) + seconds
    this.#secrets.set(value, { config, expiresAt })
    return { value, expiresAt }
  }

  /** @throws Refusal 401 for anything but `sk-…` and a live client secret */
  check(token: string | null): Key {
    if (token === null || token === '') {
      throw new Refusal(
        null,
        'You did not provide an API key: send an Authorization header with a Bearer token.',
        null,
        401,
      )
    }
    if (token.startsWith('sk-')) return { kind: 'sk' }
    this.#forgetExpired()
    const secret = this.#secrets.get(token)
    if (secret) return { kind: 'ek', config: secret.config }
    throw new Refusal('invalid_api_key', 'Incorrect API key provided.', null, 401)
  }

  #forgetExpired(): void {
    for (const [value, { expiresAt }] of this.#secrets) {
      if (expiresAt * 1000 <= this.#clock.now()) this.#secrets.delete(value)
    }
  }
}

/** The token of an `Authorization: Bearer …` header. */
export function bearer(header: string | undefined): string | null {
  return /^Bearer\s+(.+)$/i.exec(header ?? '')?.[1]?.trim() ?? null
}

/** What the journal may say of a token. */
export function keyKind(token: string | null): 'sk' | 'ek' | 'other' | 'none' {
  if (token === null) return 'none'
  return token.startsWith('sk-') ? 'sk' : token.startsWith('ek_') ? 'ek' : 'other'
}
