import type { State } from '../../../../widget/device/machine.ts'

/** One trace of what a phone does, as the sources in docs/phones.md tell it. Read by machine.test.ts. */
export interface Trace {
  what: string
  /** Signals, and `+90s` for time that passes. */
  signals: string
  end: State
  /** What was commanded, in order. */
  commands: string
}

/** A fresh microphone, from the old one's end to the call. */
export const fresh = 'stop_mic ask use play awake look'
