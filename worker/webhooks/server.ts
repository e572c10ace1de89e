/**
 * A server of the site owner that the deployment sends requests to by itself: https to public names only, signed, no
 * redirects followed. How often and how long it is tried is the caller's business.
 */
import { refusedTarget } from '../../protocol/target.ts'
import { keyOf, signatureHeaders } from './signature.ts'

/** Its name is what the log tells: never an address, an answer or a secret. */
export class WebhookError extends Error {
  constructor(name: string, message: string) {
    super(message)
    this.name = name
  }
}

/** A request to it. The same id for every try, so that the server can tell repeats. */
export interface Post {
  id: string
  body: string
  /** ms since 1970 */
  now: number
  signal: AbortSignal
}

export interface Server {
  post(request: Post): Promise<Response>
}

/**
 * @param env of the deployment: the secret, an older one beside it (`…_PREVIOUS`), and the exceptions for local runs
 * @throws WebhookError before anything was sent
 */
export function serverAt(
  { url, secretName }: { url: string; secretName: string },
  env: Readonly<Record<string, unknown>>,
): Server {
  const refusal = refusedTarget(url, exceptionsOf(env.TOOL_ORIGINS))
  if (refusal) throw new WebhookError('WebhookTargetRefused', refusal)
  const [newest, previous] = [keyNamed(env, secretName), keyNamed(env, `${secretName}_PREVIOUS`)]
  if (!newest) throw new WebhookError('WebhookSecretMissing', 'set the secret')
  const keys = previous ? [newest, previous] : [newest]
  return {
    async post({ id, body, now, signal }) {
      const headers = { 'Content-Type': 'application/json', ...(await signatureHeaders(keys, id, body, now)) }
      return fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' })
    },
  }
}

/** @throws WebhookError for a secret that is there and is none */
function keyNamed(env: Readonly<Record<string, unknown>>, name: string): Uint8Array | null {
  const secret = env[name]
  if (typeof secret !== 'string' || secret === '') return null
  const key = keyOf(secret)
  if (!key || key.length === 0) throw new WebhookError('WebhookSecretInvalid', 'whsec_ and base64, or any other text')
  return key
}

/** Comma-separated origins. */
function exceptionsOf(variable: unknown): string[] {
  return typeof variable === 'string' ? variable.split(',').map((origin) => origin.trim()) : []
}
