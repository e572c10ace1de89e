/** Hashes and ciphers under keys made from the deployment's secret, so that a copy of the database tells nothing. */

/** The key is needed several times for each request: it is kept, and not exportable. */
let newest: { secret: string; key: CryptoKey } | null = null

export async function hmacKey(secret: string): Promise<CryptoKey> {
  if (newest?.secret === secret) return newest.key
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', utf8(secret), algorithm, false, ['sign', 'verify'])
  newest = { secret, key }
  return key
}

/** HMAC-SHA-256 over a purpose and its parts. Parts cannot run into each other. */
export async function keyedBytes(
  secret: string,
  purpose: string,
  parts: readonly (string | null)[],
): Promise<Uint8Array> {
  const key = await hmacKey(secret)
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, utf8(JSON.stringify([`parley ${purpose} v1`, ...parts]))))
}

/** 64 hexadecimal digits. */
export async function keyedHash(secret: string, purpose: string, ...parts: (string | null)[]): Promise<string> {
  return (await keyedBytes(secret, purpose, parts)).toHex()
}

/** A cipher whose key is never stored: it can be made again only by who knows the secret and the parts. */
export async function keyedCipher(secret: string, purpose: string, ...parts: (string | null)[]) {
  const bytes = await keyedBytes(secret, purpose, parts)
  const key = await crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt'])
  return {
    /** The initialisation vector, then the sealed text. */
    async seal(text: string): Promise<ArrayBuffer> {
      const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES))
      const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, utf8(text)))
      const whole = new Uint8Array(IV_BYTES + sealed.length)
      whole.set(iv)
      whole.set(sealed, IV_BYTES)
      return whole.buffer
    },
    async open(sealed: ArrayBuffer): Promise<string> {
      const algorithm = { name: 'AES-GCM', iv: sealed.slice(0, IV_BYTES) }
      return new TextDecoder().decode(await crypto.subtle.decrypt(algorithm, key, sealed.slice(IV_BYTES)))
    },
  }
}

const IV_BYTES = 12

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
