/**
 * Session tokens: `<session id>.<generation>.<HMAC>`, where the HMAC binds session, origin and generation to the
 * deployment's secret. Nothing but the newest used generation is stored, so a lost answer can be derived again and a
 * copy of the database opens nothing. Which generations are valid is decided by the session (session/door.ts, session/family.ts).
 */
import * as v from 'valibot'
import { ParleyError } from '../../protocol/errors.ts'
import { SessionIdSchema } from '../../protocol/ids.ts'
import { hmacKey } from './keyed.ts'

export interface TokenClaims {
  session: string
  generation: number
}

export async function issueToken(
  secret: string,
  origin: string,
  { session, generation }: TokenClaims,
): Promise<string> {
  const mac = await crypto.subtle.sign('HMAC', await hmacKey(secret), signed(session, generation, origin))
  return `${session}.${generation}.${base64Url(new Uint8Array(mac))}`
}

/**
 * Checks signature, session and origin; not whether a newer token is in use.
 * @throws ParleyError token_invalid
 */
export async function readToken(secret: string, origin: string, session: string, token: string): Promise<TokenClaims> {
  const [id, number, mac, rest] = token.split('.')
  const generation = Number(number)
  const wellFormed = rest === undefined && v.is(SessionIdSchema, id) && /^[1-9]\d{0,8}$/.test(number ?? '')
  const macBytes = fromBase64Url(mac ?? '')
  if (!wellFormed || id !== session || !macBytes) throw new ParleyError('token_invalid')
  const valid = await crypto.subtle.verify('HMAC', await hmacKey(secret), macBytes, signed(session, generation, origin))
  if (!valid) throw new ParleyError('token_invalid')
  return { session, generation }
}

function signed(session: string, generation: number, origin: string): Uint8Array {
  return new TextEncoder().encode(`parley session token v1|${session}|${generation}|${origin}`)
}

function base64Url(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: 'base64url', omitPadding: true })
}

function fromBase64Url(text: string): Uint8Array | null {
  if (!/^[A-Za-z0-9_-]{43}$/.test(text)) return null // 32 bytes
  return Uint8Array.fromBase64(text, { alphabet: 'base64url' })
}
