/** Identifiers: what they look like and how new ones are made. */
import * as v from 'valibot'

/** Name of an agent: the file name in `agents/` and the value of `data-agent`. */
export const AgentIdSchema = v.pipe(
  v.string(),
  v.regex(/^[a-z][a-z0-9-]{0,31}$/, 'lower-case letters, digits and dashes'),
)
/** The jurisdiction that keeps a session is part of its id, so that the id alone tells where its object is. */
export const SessionIdSchema = v.pipe(v.string(), v.regex(/^ses_(eu_|us_)?[A-Za-z0-9]{22}$/, 'a session id'))
export const CallIdSchema = v.pipe(v.string(), v.regex(/^call_[A-Za-z0-9]{22}$/, 'a call id'))
/** Item ids go to the provider as they are, which accepts at most 32 characters (realtime-api.md section 10). */
export const ItemIdSchema = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,32}$/, 'at most 32 letters, digits, _ or -'))

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
/** Bytes at or above this would make the first letters more likely than the last ones. */
const UNBIASED_BELOW = 256 - (256 % ALPHABET.length)

/** `prefix` followed by 22 letters and digits: 131 bits from `randomBytes`, so ids cannot be guessed. */
export function newId(
  prefix: 'ses_' | 'ses_eu_' | 'ses_us_' | 'call_' | 'txt_' | 'img_' | 'itm_' | 'key_' | 'evt_' | 'hnd_',
  randomBytes: (n: number) => Uint8Array = cryptoBytes,
): string {
  let id: string = prefix
  while (id.length < prefix.length + 22) {
    for (const byte of randomBytes(32)) {
      if (byte < UNBIASED_BELOW && id.length < prefix.length + 22) id += ALPHABET[byte % ALPHABET.length]
    }
  }
  return id
}

function cryptoBytes(n: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(n))
}
