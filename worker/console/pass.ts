/**
 * What the browser of a site owner keeps instead of the admin token: a cookie that no script can read, good for some hours,
 * and void as soon as the token or the deployment's secret is changed. Nothing of it is stored here.
 */
import { keyedHash } from '../admission/keyed.ts'

/** So long (s) a login is good for. */
const LIFE_S = 12 * 3600

export async function makePass(secret: string, tokenHash: string, now: number): Promise<string> {
  const until = Math.floor(now / 1000) + LIFE_S
  return `${until}.${await sign(secret, tokenHash, until)}`
}

export async function readPass(secret: string, tokenHash: string, pass: string, now: number): Promise<boolean> {
  const [, until, signature] = /^(\d{1,12})\.([0-9a-f]{64})$/.exec(pass) ?? []
  if (until === undefined || signature === undefined || Number(until) * 1000 <= now) return false
  return isSame(signature, await sign(secret, tokenHash, Number(until)))
}

/** `Set-Cookie`. Empty `pass`: takes it away. @param isSecure the page came by https */
export function passCookie(pass: string, isSecure: boolean): string {
  const life = pass === '' ? 0 : LIFE_S
  const secure = isSecure ? '; Secure' : ''
  return `${cookieName(isSecure)}=${pass}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${life}${secure}`
}

/** With the prefix no neighbouring domain can plant one. It needs https, which this machine has not. */
export function cookieName(isSecure: boolean): string {
  return isSecure ? '__Host-parley-console' : 'parley-console'
}

/** SHA-256 in hexadecimal. */
export async function hashOf(text: string): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))).toHex()
}

/** Two hashes of the same length: how far they agree tells nothing of a token, and it is looked at to the end anyway. */
export function isSame(a: string, b: string): boolean {
  let difference = a.length ^ b.length
  for (let n = 0; n < a.length; n++) difference |= a.charCodeAt(n) ^ b.charCodeAt(n)
  return difference === 0
}

function sign(secret: string, tokenHash: string, until: number): Promise<string> {
  return keyedHash(secret, 'console pass', tokenHash, String(until))
}
