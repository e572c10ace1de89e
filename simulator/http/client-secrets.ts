/** `POST /v1/realtime/client_secrets` (realtime-api.md 2) */
import type { Credentials } from '../credentials.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { NewId } from '../ids.ts'
import { type Check, integer, oneOf, shape } from '../realtime/checks.ts'
import { newConfig, shownSession } from '../realtime/session-config.ts'
import { checkSession } from '../realtime/session-fields.ts'
import { type Answer, type Ask, readJson } from './exchange.ts'
import { projectKeyOnly } from './keys.ts'

const DEFAULT_SECONDS = 600

const anything: Check<unknown> = (value) => value
const request = shape({
  expires_after: shape({ anchor: oneOf('created_at'), seconds: integer(10, 7200) }),
  session: anything,
})

export async function mintSecret(
  ask: Ask,
  credentials: Credentials,
  newId: NewId,
  { readSession }: Dialect,
): Promise<Answer> {
  projectKeyOnly(credentials.checkIn(ask.headers))
  const { expires_after, session } = request(await readJson(ask), '')
  const config = newConfig(checkSession(readSession(session ?? { type: 'realtime' }, true), 'session'))
  const seconds = expires_after?.seconds ?? DEFAULT_SECONDS
  const { value, expiresAt } = credentials.mint(config, seconds)
  ask.note({ ttl_seconds: seconds })
  return { status: 200, body: { value, expires_at: expiresAt, session: shownSession(config, newId('sess_'), 0) } }
}
