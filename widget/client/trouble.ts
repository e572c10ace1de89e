/** Which failures the visitor is told about, and the ways forward. */
import type { EndReason } from '../../protocol/frames.ts'
import { MicrophoneError } from '../audio/microphone.ts'
import { ProviderError } from '../call/ephemeral.ts'
import { TransportError } from '../call/transport.ts'
import { BrokerError } from './broker.ts'
import type { Trouble } from './types.ts'

/** The broker ended a call while it was being opened. */
export class CallEndedError extends Error {
  override readonly name = 'CallEndedError'
  readonly reason: EndReason | 'lost'

  constructor(reason: EndReason | 'lost') {
    super(reason)
    this.reason = reason
  }
}

const WAYS: Partial<Record<Trouble['code'], Trouble['ways']>> = {
  mic_denied: ['text', 'retry'],
  mic_missing: ['text', 'retry'],
  mic_busy: ['text', 'retry'],
  insecure_page: ['text'],
  webrtc_missing: ['text'],
  connect_timeout: ['retry', 'text'],
  gave_up: ['retry', 'text'],
  provider_refused: ['retry', 'text'],
  provider_busy: ['retry', 'text'],
  provider_unreachable: ['retry', 'text'],
  audio_blocked: ['play'],
  in_other_tab: ['take_over'],
  superseded: ['take_over'],
  // Only the site owner can mend these.
  origin_refused: [],
  agent_not_found: [],
  not_configured: [],
  // The conversation goes on: saying it again is the way.
  no_answer: [],
  too_large: [],
}

export function trouble(code: Trouble['code'], cause?: string): Trouble {
  return { code, ways: WAYS[code] ?? ['retry'], ...(cause === undefined ? {} : { cause }) }
}

/** What an error means to the visitor. One that is not of ours is a fault of the widget: only its name goes to the console. */
export function troubleOf(error: unknown): Trouble {
  if (isSuperseded(error)) return trouble('superseded')
  if (error instanceof CallEndedError) return trouble(error.reason === 'lost' ? 'connect_timeout' : 'provider_refused')
  if (
    error instanceof BrokerError ||
    error instanceof MicrophoneError ||
    error instanceof TransportError ||
    error instanceof ProviderError
  ) {
    return trouble(error.code)
  }
  console.error('Parley: unexpected', error instanceof Error ? error.name : typeof error)
  return trouble('internal')
}

/** The conversation goes on somewhere else: never come back by itself. */
export function isSuperseded(error: unknown): boolean {
  if (error instanceof CallEndedError) return error.reason === 'superseded'
  return error instanceof BrokerError && (error.code === 'token_superseded' || error.code === 'call_superseded')
}

/** The session cannot be used any more: only a new one helps. */
export function isSessionGone(error: unknown): boolean {
  return error instanceof BrokerError && (error.code === 'session_not_found' || error.code === 'token_invalid')
}

/** There is no way to speak here, but typing works. */
export function needsText(error: unknown): boolean {
  return error instanceof MicrophoneError || (error instanceof TransportError && error.code === 'webrtc_missing')
}

const PASSING = new Set<Trouble['code']>([
  'broker_unreachable',
  'internal',
  'provider_busy',
  'provider_refused',
  'provider_unreachable',
  'connect_timeout',
])

/** Worth another attempt without asking the visitor. */
export function isPassing(error: unknown): boolean {
  if (error instanceof CallEndedError && error.reason === 'tampered') return false
  return PASSING.has(troubleOf(error).code)
}
