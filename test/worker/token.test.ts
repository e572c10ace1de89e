import { describe, expect, it } from 'vitest'
import { newId } from '../../protocol/ids.ts'
import { issueToken, readToken } from '../../worker/admission/token.ts'

const SECRET = 'a secret of the deployment'
const ORIGIN = 'https://example.com'
const session = newId('ses_')

describe('session token', () => {
  it('is read by who issued it', async () => {
    const token = await issueToken(SECRET, ORIGIN, { session, generation: 7 })
    await expect(readToken(SECRET, ORIGIN, session, token)).resolves.toEqual({ session, generation: 7 })
  })

  it('can be derived again when an answer was lost', async () => {
    const claims = { session, generation: 3 }
    expect(await issueToken(SECRET, ORIGIN, claims)).toBe(await issueToken(SECRET, ORIGIN, claims))
  })

  it('fits into a WebSocket subprotocol', async () => {
    expect(await issueToken(SECRET, ORIGIN, { session, generation: 1 })).toMatch(/^[\w.-]+$/)
  })

  it('is refused with another secret, origin, session or generation, and when malformed', async () => {
    const token = await issueToken(SECRET, ORIGIN, { session, generation: 1 })
    const other = newId('ses_')
    const refusals = [
      readToken('another secret', ORIGIN, session, token),
      readToken(SECRET, 'https://evil.example', session, token),
      readToken(SECRET, ORIGIN, other, token),
      readToken(SECRET, ORIGIN, other, token.replace(session, other)),
      readToken(SECRET, ORIGIN, session, token.replace('.1.', '.2.')),
      readToken(SECRET, ORIGIN, session, token.replace('.1.', '.01.')),
      readToken(SECRET, ORIGIN, session, `${token}.x`),
      readToken(SECRET, ORIGIN, session, token.slice(0, -1)),
      readToken(SECRET, ORIGIN, session, 'nonsense'),
    ]
    for (const refusal of refusals) await expect(refusal).rejects.toMatchObject({ code: 'token_invalid' })
  })
})
