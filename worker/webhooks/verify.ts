/** Whether a webhook was signed by who knows the secret, and just now (Standard Webhooks 1.0, realtime-api.md 6.1). */
import { keyOf } from './signature.ts'

/** A request may be this old, or this far ahead (s). */
const TOLERANCE_S = 300
/** So many signatures are looked at: a sender that changes its secret sends two. */
const MAX_SIGNATURES = 32

export type Verdict = { ok: true; id: string } | { ok: false; code: 'signature_invalid' | 'signature_stale' }

export interface Signed {
  headers: Headers
  /** As it came: nothing was parsed or written anew. */
  body: Uint8Array
  /** Any of these may have signed. */
  keys: readonly Uint8Array[]
  /** ms since 1970 */
  now: number
}

/** Who cannot sign learns nothing else: the time is looked at last. */
export async function verify({ headers, body, keys, now }: Signed): Promise<Verdict> {
  const id = headers.get('webhook-id') ?? ''
  const timestamp = headers.get('webhook-timestamp') ?? ''
  const invalid = { ok: false, code: 'signature_invalid' } as const
  if (id === '' || id.length > 256 || !/^\d{1,12}$/.test(timestamp)) return invalid
  const head = new TextEncoder().encode(`${id}.${timestamp}.`)
  const content = new Uint8Array(head.length + body.length)
  content.set(head)
  content.set(body, head.length)
  const signatures = (headers.get('webhook-signature') ?? '').split(' ').slice(0, MAX_SIGNATURES).flatMap(readSignature)
  if (!(await isSigned(keys, signatures, content))) return invalid
  return Math.abs(now / 1000 - Number(timestamp)) > TOLERANCE_S
    ? { ok: false, code: 'signature_stale' }
    : { ok: true, id }
}

/** Null for what is no secret. */
export function keysOf(secrets: readonly string[]): Uint8Array[] | null {
  const keys = secrets.map(keyOf)
  const good = keys.filter((key) => key !== null && key.length > 0)
  return good.length === secrets.length ? good.filter((key) => key !== null) : null
}

/** `crypto.subtle.verify` takes the same time whatever the signature. */
async function isSigned(
  keys: readonly Uint8Array[],
  signatures: readonly Uint8Array[],
  content: Uint8Array,
): Promise<boolean> {
  for (const bytes of keys) {
    const key = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify'])
    for (const signature of signatures) if (await crypto.subtle.verify('HMAC', key, signature, content)) return true
  }
  return false
}

/** `v1,<base64>`; of other versions nothing is known. */
function readSignature(text: string): Uint8Array[] {
  if (!text.startsWith('v1,')) return []
  try {
    return [Uint8Array.fromBase64(text.slice('v1,'.length))]
  } catch {
    return [] // not base64
  }
}
