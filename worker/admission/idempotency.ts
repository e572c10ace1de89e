/**
 * Idempotency keys: the same request sent twice makes one session, one call, one mint. What is stored of an attempt is a
 * hash of its key, a hash of its body and the sealed answer without the session token, which is derived again. The answer
 * is sealed under the key itself, so that only who sends the key again can open it.
 */
import { ParleyError } from '../../protocol/errors.ts'
import { keyedCipher, keyedHash } from './keyed.ts'

export interface Attempt {
  /** Hash of key and scope. */
  key: string
  /** Hash of the body. */
  body: string
  seal(answer: object): Promise<ArrayBuffer>
  open(sealed: ArrayBuffer): Promise<unknown>
}

/** The part of an attempt that may be stored. */
export type AttemptMark = Pick<Attempt, 'key' | 'body'>

/**
 * @param scope what the key is unique in: for a session origin, agent and person, for a call the session
 * @throws ParleyError bad_request when the key is malformed
 */
export async function readAttempt(
  secret: string,
  header: string | null,
  scope: (string | null)[],
  body: object,
): Promise<Attempt | null> {
  if (header === null) return null
  // Who knows the key gets the answer, so a key that could be guessed is refused.
  if (!/^[A-Za-z0-9_-]{16,128}$/.test(header)) {
    throw new ParleyError('bad_request', 'Idempotency-Key: 16 to 128 random letters, digits, _ or -')
  }
  const [key, bodyHash, cipher] = await Promise.all([
    keyedHash(secret, 'idempotency key', ...scope, header),
    keyedHash(secret, 'idempotency body', JSON.stringify(body)),
    keyedCipher(secret, 'idempotency answer', ...scope, header),
  ])
  return {
    key,
    body: bodyHash,
    seal: (answer) => cipher.seal(JSON.stringify(answer)),
    open: async (sealed) => JSON.parse(await cipher.open(sealed)),
  }
}
