/**
 * AES-256-GCM in one synchronous step, which WebCrypto does not have: rows that belong together are written without an
 * `await` in between. A sealed text is base64 of nonce (12 bytes), ciphertext, tag (16 bytes).
 */
import { createCipheriv, createDecipheriv } from 'node:crypto'

export const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16
const ALGORITHM = 'aes-256-gcm'

/** Opens again only with the same key and for the same `place`. Random nonces are safe for 2^32 texts of one key. */
export function seal(key: Uint8Array, plain: Uint8Array, place: string): string {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES))
  const cipher = createCipheriv(ALGORITHM, key, nonce)
  cipher.setAAD(new TextEncoder().encode(place))
  const parts = [nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]
  const sealed = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let offset = 0
  for (const part of parts) {
    sealed.set(part, offset)
    offset += part.length
  }
  return sealed.toBase64()
}

/** @throws Error when it was sealed with another key, for another place, or changed since */
export function unseal(key: Uint8Array, sealed: string, place: string): Uint8Array {
  const bytes = Uint8Array.fromBase64(sealed)
  const nonce = bytes.subarray(0, NONCE_BYTES)
  const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES })
  decipher.setAAD(new TextEncoder().encode(place))
  decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES))
  const plain = decipher.update(bytes.subarray(NONCE_BYTES, bytes.length - TAG_BYTES))
  decipher.final() // throws when the tag does not fit; GCM has no text left at this point
  return plain
}
