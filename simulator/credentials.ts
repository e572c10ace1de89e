/** Who may do what: project keys, and the client secrets that were minted here (realtime-api.md 2). */
import { randomBytes } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { Clock } from './clock.ts'
import type { Dialect } from './dialects/dialect.ts'
import type { SessionConfig } from './realtime/session-config.ts'
import { Refusal } from './refusal.ts'

export type Key = { kind: 'sk' } | { kind: 'ek'; config: SessionConfig }

interface Secret {
  config: SessionConfig
  expiresAt: number
}

export class Credentials {
  readonly #clock: Clock
  readonly #dialect: Dialect
  #secrets = new Map<string, Secret>()

  constructor(clock: Clock, dialect: Dialect) {
    this.#clock = clock
    this.#dialect = dialect
  }

  /** A client secret: opens any number of sessions until it expires (realtime-api.md 0.4). */
  mint(config: SessionConfig, seconds: number): { value: string; expiresAt: number } {
    this.#forgetExpired()
    const value = `ek_${randomBytes(16).toString('hex')}`
    const expiresAt = Math.floor(this.#clock.now() / 1000) + seconds
    this.#secrets.set(value, { config, expiresAt })
    return { value, expiresAt }
  }

  /** @throws Refusal 401 for anything but a project key and a live client secret */
  checkIn(headers: IncomingHttpHeaders): Key {
    return this.check(this.#dialect.tokenIn(headers))
  }

  /** @throws Refusal as `checkIn` */
  check(token: string | null): Key {
    if (token === null || token === '') {
      throw new Refusal(
        null,
        'You did not provide an API key: send an Authorization header with a Bearer token.',
        null,
        401,
      )
    }
    if (this.#dialect.isProjectKey(token)) return { kind: 'sk' }
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

/** What the journal may say of a token; `sk`: a project key, whatever it looks like in this dialect. */
export function keyKind(token: string | null, { isProjectKey }: Dialect): 'sk' | 'ek' | 'other' | 'none' {
  if (token === null) return 'none'
  return isProjectKey(token) ? 'sk' : token.startsWith('ek_') ? 'ek' : 'other'
}
