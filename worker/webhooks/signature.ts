/**
 * Standard Webhooks 1.0: who sent a request is shown by an HMAC over its id, its time and its body. While a secret is
 * changed both the new and the old one sign, so that a receiver may know either.
 */

/** `webhook-id`, `webhook-timestamp` and `webhook-signature`, with one signature for each key. @param now ms since 1970 */
export async function signatureHeaders(
  keys: readonly Uint8Array[],
  id: string,
  body: string,
  now: number,
): Promise<Record<string, string>> {
  const timestamp = Math.floor(now / 1000)
  const content = new TextEncoder().encode(`${id}.${timestamp}.${body}`)
  const signatures = await Promise.all(keys.map((key) => sign(key, content)))
  return { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': signatures.join(' ') }
}

/** `whsec_` and base64, else the bytes of the text itself. Null: `whsec_` with something else behind it. */
export function keyOf(secret: string): Uint8Array | null {
  if (!secret.startsWith('whsec_')) return new TextEncoder().encode(secret)
  try {
    return Uint8Array.fromBase64(secret.slice('whsec_'.length))
  } catch {
    return null
  }
}

async function sign(key: Uint8Array, content: Uint8Array): Promise<string> {
  const hmac = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  return `v1,${new Uint8Array(await crypto.subtle.sign('HMAC', hmac, content)).toBase64()}`
}
