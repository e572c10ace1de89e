/**
 * Keeps a session's words unreadable at rest: sealed with a random key of the session, which is stored wrapped by a key
 * derived from the deployment's secret. A copy of the rows says nothing without that secret, and without the key's row
 * nothing at all.
 */
import { hkdfSync } from 'node:crypto'
import { KEY_BYTES, seal, unseal } from '../cipher.ts'
import type { Sql } from './ports.ts'

/** Bytes of the name by which a wrapping key is known. HKDF makes it independent of the key itself. */
const KEY_ID_BYTES = 8

export interface VaultPorts {
  sql: Sql
  /** The object that the rows belong to: in another one they cannot be opened. */
  owner: string
  /** The deployment's secret, and behind it an older one from which sessions are still taken over. */
  secrets: readonly string[]
}

interface WrappingKey {
  id: string
  key: Uint8Array
}

export class Vault {
  readonly #ports: VaultPorts
  #key: Uint8Array | null = null

  constructor(ports: VaultPorts) {
    this.#ports = ports
    this.reset()
  }

  /** At the start, and after everything was erased: the next text gets a new key. */
  reset(): void {
    this.#key = null
    this.#ports.sql.exec('CREATE TABLE IF NOT EXISTS vault (one INTEGER PRIMARY KEY, key_id TEXT, wrapped TEXT)')
  }

  /** `place` says which text it is, so that none can be put in another's place. */
  seal(text: string, place: string): string {
    this.#key ??= this.#load() ?? this.#create()
    return seal(this.#key, new TextEncoder().encode(text), this.#place(place))
  }

  /** @throws Error when the key was destroyed or its secret is gone, and when the text was changed or put elsewhere */
  open(sealed: string, place: string): string {
    this.#key ??= this.#load()
    if (!this.#key) throw new Error('The key was destroyed')
    return new TextDecoder().decode(unseal(this.#key, sealed, this.#place(place)))
  }

  /** There are sealed texts, and the secret that could open them is gone. */
  get locked(): boolean {
    const row = this.#key ? null : this.#row()
    return row !== null && !this.#wrappingKeys().some(({ id }) => id === row.id)
  }

  #load(): Uint8Array | null {
    const row = this.#row()
    if (!row) return null
    const [newest, ...older] = this.#wrappingKeys()
    const wrapping = [newest, ...older].find((one) => one?.id === row.id)
    if (!wrapping) throw new Error(`No secret for key ${row.id}`)
    const key = unseal(wrapping.key, row.wrapped, this.#place('key'))
    if (wrapping !== newest) this.#save(key)
    return key
  }

  #create(): Uint8Array {
    const key = crypto.getRandomValues(new Uint8Array(KEY_BYTES))
    this.#save(key)
    return key
  }

  #save(key: Uint8Array): void {
    const [wrapping] = this.#wrappingKeys()
    if (!wrapping) throw new Error('PARLEY_SECRET is not set')
    const wrapped = seal(wrapping.key, key, this.#place('key'))
    this.#ports.sql.exec('INSERT OR REPLACE INTO vault (one, key_id, wrapped) VALUES (1, ?, ?)', wrapping.id, wrapped)
  }

  #row(): { id: string; wrapped: string } | null {
    const row = this.#ports.sql.exec('SELECT key_id, wrapped FROM vault').toArray()[0]
    return row ? { id: String(row.key_id), wrapped: String(row.wrapped) } : null
  }

  #wrappingKeys(): WrappingKey[] {
    return this.#ports.secrets.map(wrappingKey)
  }

  #place(place: string): string {
    return `parley v1|${this.#ports.owner}|${place}`
  }
}

function wrappingKey(secret: string): WrappingKey {
  const bytes = new Uint8Array(hkdfSync('sha256', secret, '', 'parley session keys v1', KEY_BYTES + KEY_ID_BYTES))
  return { id: bytes.subarray(KEY_BYTES).toHex(), key: bytes.subarray(0, KEY_BYTES) }
}
