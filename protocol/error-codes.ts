/**
 * The codes of errors.ts without their words, for the widget, which has words of its own: the table is 1.5 kB on every visitor's way.
 * The compiler names a code that is missing here.
 */
import type { ErrorCode } from './errors.ts'

const CODES: Record<ErrorCode, 1> = {
  bad_request: 1,
  bad_json: 1,
  bad_sdp: 1,
  token_missing: 1,
  token_invalid: 1,
  token_superseded: 1,
  token_expired: 1,
  token_revoked: 1,
  identity_required: 1,
  identity_invalid: 1,
  identity_replayed: 1,
  signature_invalid: 1,
  signature_stale: 1,
  consent_required: 1,
  console_login: 1,
  budget_exhausted: 1,
  visitor_budget_exhausted: 1,
  origin_refused: 1,
  bot_check_failed: 1,
  foreign_request: 1,
  console_off: 1,
  agent_not_found: 1,
  session_not_found: 1,
  reply_invalid: 1,
  reply_expired: 1,
  replies_used_up: 1,
  call_not_found: 1,
  not_found: 1,
  method_not_allowed: 1,
  call_superseded: 1,
  call_over: 1,
  rollover_refused: 1,
  idempotency_in_flight: 1,
  idempotency_expired: 1,
  too_large: 1,
  idempotency_mismatch: 1,
  too_many_calls: 1,
  upgrade_required: 1,
  image_refused: 1,
  too_many_images: 1,
  too_many_frames: 1,
  rate_limited: 1,
  internal: 1,
  not_configured: 1,
  no_records: 1,
  records_unavailable: 1,
  agent_paused: 1,
  identity_unavailable: 1,
  bot_check_unavailable: 1,
  provider_refused: 1,
  provider_busy: 1,
  provider_unreachable: 1,
}

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(CODES, code)
}
