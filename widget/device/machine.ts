/**
 * What a phone does to the sound of a conversation, and what is done about it: a table, and the step that reads it.
 * Pure: phone.ts tells it signals and carries its commands out. Drawn and explained, with sources, in docs/phones.md.
 */

export type State =
  /** Nothing is open. */
  | 'idle'
  /** The browser asks the visitor for the microphone. */
  | 'asking'
  /** It still asks; text has been offered meanwhile. */
  | 'waiting'
  /** There is a microphone, and nothing is wrong. */
  | 'live'
  /** The microphone gives no sound; that may pass by itself. */
  | 'muted'
  /** The system has taken the audio, for a call or Siri, and the page is seen. */
  | 'interrupted'
  /** The page is not seen; nothing has been taken so far. */
  | 'away'
  /** The page is not seen, and something was taken: whatever the flags say on return, it is mended then. */
  | 'taken'
  /** Seen again after that; the audio may still be interrupted. */
  | 'returning'
  /** The audio context was asked to go on; its clock has to prove it. */
  | 'resuming'
  /** A fresh microphone was asked for. */
  | 'reacquiring'
  /** There was none; the next attempt comes soon. */
  | 'pausing'
  /** Given up for now; any sign of life tries again. */
  | 'lost'
  /** Refused, or there is none: only the visitor can change that. */
  | 'no_microphone'

export type Signal =
  /** The visitor's tap. */
  | 'start'
  | 'stop'
  | 'granted'
  | 'refused'
  /** No microphone, though nobody refused one. */
  | 'failed'
  /** The track's events. */
  | 'muted'
  | 'unmuted'
  | 'ended'
  /** The audio context's states. */
  | 'interrupted'
  | 'suspended'
  | 'running'
  /** The context's clock, looked at twice. */
  | 'moves'
  | 'stuck'
  /** The page. `hidden` is also `freeze`, `shown` also `resume` of a visible page. */
  | 'hidden'
  | 'shown'
  /** Devices came or went. */
  | 'devices'
  /** The `<audio>` element was paused, and not by us. */
  | 'paused'
  /** The state lasted as long as LIMITS_MS allows. */
  | 'timeout'

export type Command =
  /** Tells the system that the page plays and records, or that it does not any more. */
  | 'capture'
  | 'uncapture'
  /** Starts context and element, inside the tap. */
  | 'unlock'
  | 'play'
  | 'ask'
  | 'stop_mic'
  /** The fresh microphone goes into the call. */
  | 'use'
  /** Asks the suspended context to go on, once. */
  | 'resume'
  /** Looks at the context's clock twice and answers `moves` or `stuck`. */
  | 'check'
  /** Another context, which reads the rate of the devices again. */
  | 'renew'
  /** Keeps the screen on, or not any more. */
  | 'awake'
  | 'sleep'
  /** Tells as signals how things stand. Comes last: the next state may begin in it. */
  | 'look'
  | 'offer_text'
  /** The microphone came after text had been offered. */
  | 'join'
  /** Tells the visitor that there is no microphone any more. */
  | 'tell'

export type Row = readonly [to: State, ...commands: Command[]]

const FRESH = ['reacquiring', 'stop_mic', 'ask'] as const
const REBUILT = ['reacquiring', 'renew', 'stop_mic', 'ask'] as const
const RESUME = ['resuming', 'resume', 'check'] as const
const LOOK_AGAIN = ['returning', 'look'] as const
const LIVE_AGAIN = ['live', 'use', 'play', 'awake', 'look'] as const

/** What is not in the table changes nothing. `stop` leads from everywhere to `idle`. */
export const TABLE: Readonly<Record<State, Readonly<Partial<Record<Signal, Row>>>>> = {
  idle: { start: ['asking', 'capture', 'unlock', 'ask'] },
  asking: {
    granted: ['live', 'use', 'awake', 'look'],
    // Whoever waits for the microphone is told by it.
    refused: ['no_microphone', 'uncapture'],
    failed: ['no_microphone', 'uncapture'],
    timeout: ['waiting', 'offer_text'],
  },
  waiting: {
    granted: ['live', 'use', 'awake', 'join', 'look'],
    refused: ['no_microphone', 'uncapture', 'tell'],
    failed: ['no_microphone', 'uncapture', 'tell'],
  },
  live: {
    muted: ['muted'],
    ended: FRESH,
    interrupted: ['interrupted'],
    suspended: RESUME,
    stuck: REBUILT,
    hidden: ['away'],
    devices: ['live', 'renew'],
    paused: ['live', 'play'],
  },
  muted: {
    unmuted: ['live', 'play'],
    timeout: FRESH,
    ended: FRESH,
    interrupted: ['interrupted'],
    suspended: RESUME,
    hidden: ['taken'],
    devices: ['muted', 'renew'],
  },
  interrupted: {
    running: ['resuming', 'check'],
    suspended: RESUME,
    unmuted: LOOK_AGAIN,
    hidden: ['taken'],
  },
  away: {
    shown: ['live', 'awake', 'play', 'check', 'look'],
    muted: ['taken'],
    ended: ['taken'],
    interrupted: ['taken'],
    suspended: ['taken'],
    devices: ['away', 'renew'],
  },
  taken: { shown: LOOK_AGAIN },
  returning: {
    running: ['resuming', 'check'],
    suspended: RESUME,
    timeout: REBUILT,
    hidden: ['taken'],
  },
  resuming: {
    moves: FRESH,
    stuck: REBUILT,
    interrupted: ['interrupted'],
    hidden: ['taken'],
  },
  reacquiring: {
    granted: LIVE_AGAIN,
    refused: ['no_microphone', 'uncapture', 'tell'],
    failed: ['pausing'],
    timeout: ['lost', 'tell'],
    interrupted: ['interrupted'],
    hidden: ['taken'],
  },
  pausing: {
    timeout: FRESH,
    devices: FRESH,
    interrupted: ['interrupted'],
    hidden: ['taken'],
  },
  lost: {
    granted: LIVE_AGAIN,
    refused: ['no_microphone', 'uncapture'],
    running: LOOK_AGAIN,
    unmuted: LOOK_AGAIN,
    shown: LOOK_AGAIN,
    devices: LOOK_AGAIN,
  },
  no_microphone: {},
}

const STOP: Row = ['idle', 'stop_mic', 'uncapture', 'sleep']

/** A state that lasts longer than this (ms) gets `timeout`. */
export const LIMITS_MS: Readonly<Partial<Record<State, number>>> = {
  asking: 15_000,
  muted: 5_000,
  returning: 3_000,
  reacquiring: 15_000,
  pausing: 1_000,
}

/** So many fresh microphones without `STABLE_MS` of peace in between are enough. */
export const MAX_TRIES = 4
export const STABLE_MS = 10_000

export interface Machine {
  readonly at: State
  /** When it came there, ms since 1970. */
  readonly since: number
  /** Fresh microphones asked for since it was last at peace. */
  readonly tries: number
}

export const IDLE: Machine = { at: 'idle', since: 0, tries: 0 }

export function step(
  machine: Machine,
  signal: Signal,
  now: number,
): { machine: Machine; commands: readonly Command[] } {
  const { at, since } = machine
  const row = signal === 'stop' && at !== 'idle' ? STOP : TABLE[at][signal]
  if (!row) return { machine, commands: [] }
  const [to, ...commands] = row
  if (to === at) return { machine, commands }
  const tries = now - since >= STABLE_MS ? 0 : machine.tries
  if (to !== 'reacquiring') return { machine: { at: to, since: now, tries }, commands }
  if (tries === MAX_TRIES) return { machine: { at: 'lost', since: now, tries }, commands: ['tell'] }
  return { machine: { at: to, since: now, tries: tries + 1 }, commands }
}
