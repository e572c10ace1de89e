/**
 * Bot check with Cloudflare Turnstile: the page solves a challenge, the broker asks Turnstile whether that is true. Fails
 * closed: no answer, no conversation.
 */
import * as v from 'valibot'
import type { Agent } from '../../protocol/agent.ts'
import { ParleyError } from '../../protocol/errors.ts'
import { namedSecret } from './named-secret.ts'

/** Turnstile's tokens have at most 2048 characters. */
const MAX_TOKEN = 2048
const TIMEOUT_MS = 5000

const VerdictSchema = v.object({
  success: v.boolean(),
  action: v.optional(v.string()),
  hostname: v.optional(v.string()),
})

export interface BotCheck {
  env: Env
  agent: Agent
  token: string | null
  /** The website that asks: the challenge must have been solved there. */
  origin: string
  address: string | null
  /** Hash of the idempotency key: a repeat of the request may show the same token again. */
  attemptKey: string | undefined
}

/** @throws ParleyError bot_check_failed | bot_check_unavailable | not_configured */
export async function admitHuman({ env, agent, token, origin, address, attemptKey }: BotCheck): Promise<void> {
  const { botCheck } = agent
  if (!botCheck) return
  if (!token) throw failed('Parley-Bot-Token is missing')
  if (token.length > MAX_TOKEN) throw failed(`the token is longer than ${MAX_TOKEN} characters`)
  const verdict = await ask(env.TURNSTILE_VERIFY_URL, {
    secret: namedSecret(env, 'TURNSTILE_SECRET'),
    response: token,
    idempotency_key: attemptKey ? asUuid(attemptKey) : crypto.randomUUID(),
    ...(address === null ? {} : { remoteip: address }),
  })
  if (!verdict.success) throw failed('the token is not valid, or was used before')
  if (verdict.action !== botCheck.action) throw failed('the token was made for another action')
  if (origin === '' || verdict.hostname !== new URL(origin).hostname) {
    throw failed('the token was made on another website')
  }
}

async function ask(url: string, body: Record<string, string>) {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    return v.parse(VerdictSchema, await response.json())
  } catch (error) {
    // Without the answer in it, which is not ours to show.
    throw new ParleyError('bot_check_unavailable', undefined, { cause: error })
  }
}

/** The same UUID for the same attempt (version 8 of RFC 9562: made by rules of our own). */
function asUuid(hex: string): string {
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)]
  return parts.join('-')
}

function failed(detail: string): ParleyError {
  return new ParleyError('bot_check_failed', detail)
}
