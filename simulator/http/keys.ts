import type { Key } from '../credentials.ts'
import { Refusal } from '../refusal.ts'

/** Minting, hanging up and listing are not for browsers. */
export function projectKeyOnly(key: Key): void {
  if (key.kind === 'sk') return
  throw new Refusal('invalid_api_key', 'A client secret cannot be used here; use a project API key.', null, 401)
}
