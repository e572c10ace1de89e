import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createDelayLine } from '../../../widget/audio/delay-line.ts'
import { systemClock } from '../../../widget/clock.ts'

/** Hz; low, so that the tests are quick. */
const RATE = 2_000
/** ms of each step of the made-up audio thread. */
const STEP_MS = 5

interface Word {
  /** ms */
  from: number
  to: number
}

/** A microphone that says these words, the graph of a delay line around it, and what of it comes out when. */
function room(words: readonly Word[], { rate = RATE } = {}) {
  const isSaid = (ms: number) => words.some(({ from, to }) => ms >= from && ms < to)
  const node = () => ({ connect() {}, disconnect() {} })
  const delayTime = {
    value: 0,
    cancelScheduledValues() {},
    setValueAtTime() {},
    // Its end at once: 4 ms of difference.
    linearRampToValueAtTime: (value: number) => {
      delayTime.value = value
    },
  }
  const gain = { value: 1 }
  const track = { stop: vi.fn() }
  const context = {
    state: 'running',
    sampleRate: rate,
    currentTime: 0,
    createAnalyser: () => ({
      ...node(),
      fftSize: 0,
      getFloatTimeDomainData: (samples: Float32Array) => {
        // Nobody looks at more than the last second.
        for (let i = Math.max(0, samples.length - rate); i < samples.length; i++) {
          const ms = 1000 * (context.currentTime - (samples.length - i) / rate)
          samples[i] = isSaid(ms) ? (i % 2 ? 0.1 : -0.1) : 0
        }
      },
    }),
    createDelay: () => ({ ...node(), delayTime }),
    createGain: () => ({ ...node(), gain }),
    createMediaStreamDestination: () => ({
      ...node(),
      stream: { getAudioTracks: () => [track], getTracks: () => [track] },
    }),
    createMediaStreamSource: node,
  }
  const line = createDelayLine(context as unknown as AudioContext, systemClock)
  line.listen({} as MediaStream)
  /** Moments of the microphone (ms) in the order in which they were heard; one for each step. */
  const heard: number[] = []
  let isRaw = false

  return {
    line,
    context,
    track,
    heard,
    get lagMs() {
      return 1000 * delayTime.value
    },
    get isRaw() {
      return isRaw
    },
    play: () =>
      line.play(() => {
        isRaw = true
      }),
    /** @param busy the page's own thread stands still meanwhile */
    pass(ms: number, { busy = false } = {}) {
      for (let passed = 0; passed < ms; passed += STEP_MS) {
        context.currentTime = Math.round(1000 * context.currentTime + STEP_MS) / 1000
        const now = 1000 * context.currentTime
        if (isRaw) heard.push(now)
        else if (gain.value === 1) heard.push(now - 1000 * delayTime.value)
        if (!busy) vi.advanceTimersByTime(STEP_MS)
      }
      if (busy) vi.advanceTimersByTime(ms)
    },
    /** Every moment of these words was heard, once and in order. */
    expectHeard(expected: readonly Word[]) {
      for (const [i, moment] of heard.entries()) expect(moment).toBeGreaterThan(heard[i - 1] ?? -1)
      for (const { from, to } of expected) {
        const inside = [from, ...heard.filter((moment) => moment > from && moment < to), to]
        // Played faster, a step is a little longer.
        for (const [i, moment] of inside.entries()) {
          expect(moment - (inside[i - 1] ?? moment), `in the word at ${from} ms`).toBeLessThanOrEqual(2 * STEP_MS)
        }
      }
    },
  }
}

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

describe('the microphone with a memory', () => {
  it('says afterwards what was said before, and then is not late any more', () => {
    const words = [
      { from: 500, to: 900 },
      { from: 1_000, to: 2_000 },
      { from: 8_000, to: 8_500 },
    ]
    const all = room(words)
    all.line.keep()
    all.pass(4_000)
    expect(all.heard).toEqual([])
    all.play()
    expect(all.lagMs).toBeCloseTo(3_650, -2)
    all.pass(3_000)
    expect(all.isRaw).toBe(true)
    all.pass(2_000)
    all.expectHeard(words)
    // It began with the first word, not with the silence before it.
    expect(all.heard[0]).toBeGreaterThan(300)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('where nothing was said it is the plain microphone at once', () => {
    const all = room([])
    all.line.keep()
    all.pass(4_000)
    all.play()
    expect([all.isRaw, all.lagMs, vi.getTimerCount()]).toEqual([true, 0, 0])
  })

  it('goes over to the plain microphone in a pause only', () => {
    const words = [{ from: 1_000, to: 6_000 }]
    const all = room(words)
    all.line.keep()
    all.pass(3_000)
    all.play()
    all.pass(3_000)
    expect(all.isRaw).toBe(false)
    all.pass(3_000)
    expect(all.isRaw).toBe(true)
    all.expectHeard(words)
  })

  it('shortens silences to the margins of the words around them', () => {
    const words = [
      { from: 500, to: 1_000 },
      { from: 4_000, to: 4_500 },
    ]
    const all = room(words)
    all.line.keep()
    all.pass(5_000)
    all.play()
    all.pass(2_500)
    all.expectHeard(words)
    const between = all.heard.filter((moment) => moment > 1_000 && moment < 4_000)
    expect(between.length * STEP_MS).toBeGreaterThanOrEqual(300)
    expect(between.length * STEP_MS).toBeLessThan(450)
  })

  it('keeps 12 s: what was said while WebRTC was tried for 8 s, and before and after', () => {
    const words = [
      { from: 500, to: 1_500 },
      { from: 5_000, to: 6_000 },
    ]
    const all = room(words)
    all.line.keep()
    all.pass(16_500)
    all.play()
    all.pass(6_000)
    all.expectHeard(words.slice(1))
    expect(all.heard.some((moment) => moment < 1_500)).toBe(false)
  })

  it('gives up what was kept', () => {
    const all = room([{ from: 500, to: 1_500 }])
    all.line.keep()
    all.pass(3_000)
    all.line.forget()
    expect(vi.getTimerCount()).toBe(0)
    all.play()
    all.pass(3_000)
    expect(all.heard.some((moment) => moment < 3_000)).toBe(false)
  })

  it('a call that is lost in the middle of it: the next one hears the rest', () => {
    const words = [
      { from: 500, to: 3_500 },
      { from: 5_500, to: 6_500 },
    ]
    const all = room(words)
    all.line.keep()
    all.pass(4_000)
    all.play()
    all.pass(1_000)
    all.line.keep()
    all.pass(2_000)
    all.play()
    all.pass(6_000)
    expect(all.isRaw).toBe(true)
    all.expectHeard(words)
  })

  it('a page that is busy for long loses no word', () => {
    const words = [{ from: 1_000, to: 7_000 }]
    // The window is 0.7 s then, and what is older is not known.
    const all = room(words, { rate: 48_000 })
    all.line.keep()
    all.pass(900)
    all.pass(2_000, { busy: true })
    all.play()
    all.pass(2_000, { busy: true })
    all.pass(6_000)
    all.expectHeard(words)
    expect(all.isRaw).toBe(true)
  })

  it('somebody who never pauses is caught up with all the same', () => {
    const all = room([{ from: 1_000, to: 120_000 }])
    all.line.keep()
    all.pass(3_000)
    all.play()
    expect(all.lagMs).toBeGreaterThan(2_000)
    all.pass(70_000)
    expect(all.lagMs).toBeLessThan(200)
    for (const [i, moment] of all.heard.entries()) expect(moment - (all.heard[i - 1] ?? moment)).toBeLessThan(10)
  })

  it('a context that stands still keeps nothing, and does not keep the call from the microphone', () => {
    const all = room([{ from: 500, to: 1_500 }])
    all.line.keep()
    all.pass(2_000)
    all.context.state = 'interrupted'
    all.play()
    expect(all.isRaw).toBe(true)
  })

  it('closed: its track is stopped, and no timer is left', () => {
    const all = room([{ from: 500, to: 1_500 }])
    all.line.keep()
    all.pass(2_000)
    all.line.close()
    expect([all.track.stop.mock.calls.length, vi.getTimerCount()]).toEqual([1, 0])
  })

  it('whatever is said when, and whenever the call is live: every word once, in order', () => {
    const steps = (min: number, max: number) => fc.integer({ min: min / STEP_MS, max: max / STEP_MS })
    const spoken = fc.array(fc.tuple(steps(20, 2_000), steps(100, 1_500)), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(spoken, steps(500, 9_000), (parts, liveAt) => {
        const words: Word[] = []
        let at = 200
        for (const [silence, length] of parts) {
          const from = at + silence * STEP_MS
          at = from + length * STEP_MS
          words.push({ from, to: at })
        }
        const all = room(words)
        all.line.keep()
        all.pass(liveAt * STEP_MS)
        all.play()
        all.pass(Math.max(0, at - liveAt * STEP_MS) + 12_000)
        all.expectHeard(words)
        expect(all.isRaw).toBe(true)
        all.line.close()
      }),
      { numRuns: 40 },
    )
  })
})
