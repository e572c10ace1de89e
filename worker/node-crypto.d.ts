/**
 * The part of `node:crypto` that is used. workerd has it (compatibility date ≥ 2026-08-04); all of Node's types would
 * bring globals that workerd has not.
 */
declare module 'node:crypto' {
  interface Cipher {
    update(data: Uint8Array): Uint8Array
    final(): Uint8Array
    setAAD(data: Uint8Array): void
  }
  export function createCipheriv(
    algorithm: 'aes-256-gcm',
    key: Uint8Array,
    nonce: Uint8Array,
  ): Cipher & { getAuthTag(): Uint8Array }
  export function createDecipheriv(
    algorithm: 'aes-256-gcm',
    key: Uint8Array,
    nonce: Uint8Array,
    options: { authTagLength: number },
  ): Cipher & { setAuthTag(tag: Uint8Array): void }
  export function createHash(algorithm: 'sha256'): {
    update(data: string): { digest(encoding: 'base64url' | 'hex'): string }
  }
  export function hkdfSync(
    digest: 'sha256',
    secret: string,
    salt: string,
    info: string,
    /** bytes */
    length: number,
  ): ArrayBuffer
}
