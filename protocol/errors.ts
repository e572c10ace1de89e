/**
 * Every error the broker can answer, in one table: HTTP status, a title that never changes and what to do next.
 * Bodies are RFC 9457 `application/problem+json`; `code` is the stable part that programs may rely on.
 */
import * as v from 'valibot'
import { type EndReason, EndReasonSchema } from './frames.ts'

export const ERRORS = {
  bad_request: {
    status: 400,
    title: 'The request does not match the schema',
    todo: 'Fix the fields named in `detail`.',
  },
  bad_json: {
    status: 400,
    title: 'The body is not JSON',
    todo: 'Send a JSON object with Content-Type: application/json.',
  },
  bad_sdp: {
    status: 400,
    title: 'The SDP offer cannot be used',
    todo: 'Send an offer with one audio section and one data channel.',
  },
  token_missing: { status: 401, title: 'No session token', todo: 'Send `Authorization: Bearer <token>`.' },
  token_invalid: {
    status: 401,
    title: 'The session token is not valid',
    todo: 'Use the token of the last answer, or start a new session.',
  },
  token_superseded: {
    status: 401,
    title: 'A newer token of this session is in use',
    todo: 'The conversation goes on elsewhere. Use its newest token, or start a new session.',
  },
  token_expired: {
    status: 401,
    title: 'The session token has expired',
    todo: 'Start a new session. A signed identity opens its own sessions again.',
  },
  token_revoked: {
    status: 401,
    title: 'The tokens of this session were revoked',
    todo: 'A copy of an old token was used. Start a new session; a signed identity opens its own sessions again.',
  },
  identity_required: {
    status: 401,
    title: 'This needs a signed identity',
    todo: 'Let your server sign a JWT for the person and send it as Parley-Identity.',
  },
  identity_invalid: {
    status: 401,
    title: 'The signed identity is not valid',
    todo: 'See `detail`, and docs/api.md for what the JWT must contain.',
  },
  identity_replayed: {
    status: 401,
    title: 'The signed identity was used before',
    todo: 'Sign a new JWT with a jti of its own for each request.',
  },
  signature_invalid: {
    status: 401,
    title: 'The webhook was not signed with our secret',
    todo: 'Set OPENAI_WEBHOOK_SECRET to the signing secret of the webhook at the provider (docs/phone.md).',
  },
  signature_stale: {
    status: 401,
    title: 'The webhook was signed too long ago, or in the future',
    todo: 'Nothing to do for a repeat of an old one. Else a clock is wrong by more than five minutes.',
  },
  consent_required: {
    status: 403,
    title: 'The visitor has not agreed to what this agent asks',
    todo: "Show `consent` of the agent's public face, and send `consent: {version}` with its version once the visitor has agreed.",
  },
  console_login: {
    status: 401,
    title: 'The console is for the site owner',
    todo: 'Log in with the admin token, or through Cloudflare Access (docs/console.md).',
  },
  // Not 429: it is not the visitor's pace, and a client that waits a little and tries again helps nobody.
  budget_exhausted: {
    status: 402,
    title: 'The budget does not allow another answer',
    todo: 'Raise the caps in `limits` of the agent, or wait until the day (UTC) is over.',
  },
  visitor_budget_exhausted: {
    status: 402,
    title: 'This visitor has used up what one visitor may spend in a day',
    todo: 'Wait until the day (UTC) is over, or raise `limits.visitorDayUsd` of the agent.',
  },
  origin_refused: {
    status: 403,
    title: 'This website may not use this agent',
    todo: 'Add the exact origin to `origins` of the agent.',
  },
  bot_check_failed: {
    status: 403,
    title: 'The bot check was not passed',
    todo: 'Solve a new Turnstile challenge on the page and send its token as Parley-Bot-Token.',
  },
  foreign_request: {
    status: 403,
    title: 'The request does not come from the console',
    todo: 'Send it from the console, or with `Authorization: Bearer <admin token>`.',
  },
  console_off: {
    status: 404,
    title: 'The console is not set up',
    todo: 'Set the secret PARLEY_ADMIN_TOKEN (32 characters or more), or ACCESS_TEAM_DOMAIN and ACCESS_AUD (docs/console.md).',
  },
  agent_not_found: {
    status: 404,
    title: 'No such agent',
    todo: 'Check data-agent against the names in agents/index.ts.',
  },
  session_not_found: {
    status: 404,
    title: 'No such session',
    todo: 'It was erased or never existed. Start a new one.',
  },
  reply_invalid: {
    status: 404,
    title: 'No such reply address',
    todo: 'Post to the `reply_url` of a `hand_over` event, unchanged. The conversation may have been erased.',
  },
  reply_expired: {
    status: 410,
    title: 'This reply address has expired',
    todo: 'The visitor can be answered here no more. Raise `replyHours` of handOver() where people need longer.',
  },
  replies_used_up: {
    status: 410,
    title: 'This reply address was used as often as it may be',
    todo: 'Raise `replies` of handOver() where people write more.',
  },
  call_not_found: { status: 404, title: 'No such call', todo: 'Start a new call on the session.' },
  image_not_found: {
    status: 404,
    title: 'No such picture',
    todo: 'Pictures are kept by agents with `images.keep` only, as long as their conversation.',
  },
  not_found: { status: 404, title: 'No such route', todo: 'See docs/api.md for the routes.' },
  method_not_allowed: { status: 405, title: 'Wrong method for this route', todo: 'See docs/api.md for the routes.' },
  call_superseded: {
    status: 409,
    title: 'A newer call of this session took over',
    todo: 'Nothing to do here: the conversation goes on in the newer call.',
  },
  call_over: {
    status: 409,
    title: 'The call that this one is to follow was ended for good',
    todo: 'Do not call again by yourself: `reason` says why it ended. A visitor may start a new call, without `after`.',
  },
  rollover_refused: {
    status: 409,
    title: 'The call is not to be rolled over now',
    todo: 'Keep the call that there is. The broker asks with the notice `rollover` when it is time.',
  },
  idempotency_in_flight: {
    status: 409,
    title: 'The same request is being worked on',
    todo: 'Send it again after the seconds in Retry-After, with the same Idempotency-Key.',
  },
  idempotency_expired: {
    status: 409,
    title: 'The answer to this request is not kept any more',
    todo: 'Use a new Idempotency-Key for a new call.',
  },
  too_large: { status: 413, title: 'The body is too large', todo: 'Keep the body below the size named in `detail`.' },
  idempotency_mismatch: {
    status: 422,
    title: 'The Idempotency-Key belongs to another request',
    todo: 'Use a new Idempotency-Key for each new request.',
  },
  too_many_calls: {
    status: 429,
    title: 'This agent has as many calls as it may',
    todo: 'Try again when another call has ended (see Retry-After), or raise `limits.concurrentCalls`.',
  },
  upgrade_required: {
    status: 426,
    title: 'This route is a WebSocket',
    todo: 'Connect with a WebSocket and the subprotocols parley.v1 (events) or parley.relay.v1 (relay) and token.<session token>.',
  },
  image_refused: {
    status: 400,
    title: 'The picture cannot be used',
    todo: 'Send a JPEG without metadata, at most 800 px and 200,000 bytes, to an agent with `images`.',
  },
  too_many_images: {
    status: 429,
    title: 'The pictures of this conversation are used up',
    todo: 'Go on in words. `images.maxPerSession` and `images.maxPerCall` of the agent say how many there may be.',
  },
  too_many_frames: {
    status: 429,
    title: 'Too many frames on a socket',
    todo: 'The socket was closed with code 4008. Connect again and send fewer frames.',
  },
  rate_limited: {
    status: 429,
    title: 'Too many requests',
    todo: 'Try again after the seconds in Retry-After. Starts have hourly allowances in `limits` of the agent.',
  },
  internal: {
    status: 500,
    title: 'The broker failed',
    todo: 'Try again. If it goes on, look at the log for the request id.',
  },
  not_configured: {
    status: 500,
    title: 'The broker is not configured',
    todo: 'Set the secrets OPENAI_API_KEY and PARLEY_SECRET (see README, Deploy).',
  },
  no_records: {
    status: 501,
    title: 'This deployment keeps no index of its sessions',
    todo: 'Bind a D1 database as RECORDS in wrangler.toml (docs/console.md). Live calls, agents and single sessions work without.',
  },
  records_unavailable: {
    status: 503,
    title: 'The index of sessions does not answer',
    todo: 'Try again in a moment. Calls are not affected.',
  },
  agent_paused: {
    status: 503,
    title: 'The assistant is paused by its owner',
    todo: 'Nothing to do for visitors but to come back later. The owner resumes it in the console.',
  },
  identity_unavailable: {
    status: 503,
    title: 'The keys of signed identities cannot be fetched',
    todo: 'Check jwksUrl of the agent, and try again in a few seconds.',
  },
  bot_check_unavailable: {
    status: 503,
    title: 'The bot check does not answer',
    todo: 'Try again in a few seconds.',
  },
  provider_refused: {
    status: 502,
    title: 'The voice provider refused the call',
    todo: 'The log names the reason: key, model, quota or configuration.',
  },
  provider_busy: { status: 503, title: 'The voice provider is busy', todo: 'Try again in a few seconds.' },
  provider_unreachable: {
    status: 502,
    title: 'The voice provider cannot be reached',
    todo: 'Try again in a few seconds.',
  },
} as const satisfies Record<string, { status: number; title: string; todo: string }>

export type ErrorCode = keyof typeof ERRORS

/** Body of every error answer. */
export const ProblemSchema = v.object({
  type: v.string(),
  title: v.string(),
  status: v.number(),
  code: v.string(),
  detail: v.optional(v.string()),
  todo: v.optional(v.string()),
  /** `call_over`: why the call had ended. Missing where a client does not know the reason. */
  reason: v.fallback(v.optional(EndReasonSchema), undefined),
})
export type Problem = v.InferOutput<typeof ProblemSchema>

interface Hints {
  reason?: EndReason | undefined
  retryAfter?: number | undefined
}

/** An error that is answered as a problem document. `detail` is shown to strangers: never put secrets or transcripts in it. */
export class ParleyError extends Error {
  override readonly name = 'ParleyError'
  readonly code: ErrorCode
  readonly detail: string | undefined
  /** Of `call_over`. */
  readonly reason: EndReason | undefined
  /** When it is worth trying again (s). */
  readonly retryAfter: number | undefined

  constructor(code: ErrorCode, detail?: string, options: ErrorOptions & Hints = {}) {
    super(detail ? `${code}: ${detail}` : code, options)
    this.code = code
    this.detail = detail
    this.reason = options.reason
    this.retryAfter = options.retryAfter
  }

  get status(): number {
    return ERRORS[this.code].status
  }

  toProblem(): Problem {
    const { status, title, todo } = ERRORS[this.code]
    return {
      type: `https://github.com/parley-voice/parley/blob/main/docs/errors.md#${this.code}`,
      title,
      status,
      code: this.code,
      todo,
      ...(this.detail === undefined ? {} : { detail: this.detail }),
      ...(this.reason === undefined ? {} : { reason: this.reason }),
    }
  }
}
