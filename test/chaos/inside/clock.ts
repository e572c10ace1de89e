/** The clock of one session in a test: real time plus an offset that the test moves. Takes the place of `systemClock` (bundle.ts). */
import { env } from 'cloudflare:workers'
import type { Clock } from '../../../worker/session/ports.ts'

interface Timer {
  at: number
  run: () => void
}

/** Waits that are not longer (ms) are for an answer from elsewhere, which does not come sooner because this clock is moved. */
const REAL_MS = 400

/** By object id: offsets (ms), and since when (real time). They outlive the objects, as time does, but not the process. */
const offsets = new Map<string, { since: number; ms: number }[]>()

/** Of objects that come to be from now on. After a crash it goes on as it was (workerd.ts). */
let offsetOfNew = Number((env as { CHAOS_OFFSET_MS?: string }).CHAOS_OFFSET_MS ?? 0)

export function setOffsetOfNew(ms: number): void {
  offsetOfNew = ms
}

export function offsetOf(id: string): number {
  return offsets.get(id)?.at(-1)?.ms ?? 0
}

/** What the offset was when the runtime noted this time by itself. */
export function offsetAt(id: string, time: number): number {
  return offsets.get(id)?.findLast(({ since }) => since <= time)?.ms ?? 0
}

/** By object id: so much of the offset (ms) is time that went by, and not a clock that was put forward. */
const passed = new Map<string, number>()

export function passedOf(id: string): number {
  return passed.get(id) ?? 0
}

export function setOffset(id: string, ms: number): void {
  offsets.set(id, [...(offsets.get(id) ?? []), { since: Date.now(), ms }])
}

export class MovableClock implements Clock {
  readonly #id: string
  readonly #timers = new Set<Timer>()

  constructor(id: string) {
    this.#id = id
  }

  /** Handed on by itself, so not a method. */
  readonly now = (): number => Date.now() + offsetOf(this.#id)

  readonly after = (ms: number, run: () => void): (() => void) => {
    if (ms <= REAL_MS) {
      const short = setTimeout(run, ms)
      return () => clearTimeout(short)
    }
    const timer: Timer = {
      at: this.now() + ms,
      run: () => {
        cancel()
        run()
      },
    }
    const real = setTimeout(timer.run, ms)
    const cancel = () => {
      clearTimeout(real)
      this.#timers.delete(timer)
    }
    this.#timers.add(timer)
    return cancel
  }

  /** Time goes by: what became due meanwhile runs, in its order. */
  advance(ms: number): void {
    const until = this.now() + ms
    for (;;) {
      const [next] = [...this.#timers].filter(({ at }) => at <= until).sort((one, other) => one.at - other.at)
      if (!next) break
      this.#jump(next.at)
      next.run()
    }
    this.#jump(until)
  }

  /** In the log, so that it stands between what the broker did before and after. */
  #jump(until: number): void {
    const ms = until - this.now()
    if (ms <= 0) return
    setOffset(this.#id, offsetOf(this.#id) + ms)
    passed.set(this.#id, passedOf(this.#id) + ms)
    console.log(JSON.stringify({ chaos: 'passed', ms }))
  }
}

/** Clocks of the objects that are in memory. */
const clocks = new Map<string, MovableClock>()

/**
 * A new one for each life of the object: timers die with it. Imported by the changed source (bundle.ts).
 * @public
 */
export function movableClock(id: string): MovableClock {
  if (!offsets.has(id)) setOffset(id, offsetOfNew)
  const clock = new MovableClock(id)
  clocks.set(id, clock)
  return clock
}

export function clockOf(id: string): MovableClock {
  const clock = clocks.get(id)
  if (!clock) throw new Error('the session has no movable clock: see bundle.ts')
  return clock
}
