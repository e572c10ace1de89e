/** Secrets that an agent names, set with `wrangler secret put NAME`. */
import { ParleyError } from '../../protocol/errors.ts'

/** @throws ParleyError not_configured: whoever checks with a secret that is not there would let everybody in */
export function namedSecret(env: Env, name: string): string {
  const value: unknown = Reflect.get(env, name)
  if (typeof value === 'string' && value !== '') return value
  throw new ParleyError('not_configured', `the secret ${name} is not set`)
}
