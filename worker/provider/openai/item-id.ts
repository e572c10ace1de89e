/**
 * Transcript ids are the provider's item ids as long as those fit into 32 safe characters, which is what it accepts from
 * us when a conversation is seeded (realtime-api.md 10). Longer ones get a short alias that is the same each time.
 */
const FITS = /^[A-Za-z0-9_-]{1,32}$/

export function itemId(providerId: string): string {
  return FITS.test(providerId) ? providerId : `long_${fnv1a64(providerId)}`
}

/** FNV-1a, 64 bit, as 16 hex digits: a stable short name, not a protection. */
function fnv1a64(input: string): string {
  let hash = 0xcbf29ce484222325n
  for (const byte of new TextEncoder().encode(input)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n)
  }
  return hash.toString(16).padStart(16, '0')
}
