import { describe, expect, it } from 'vitest'
import { MAX_QUEUED_SECONDS } from '../../../widget/audio/play-queue.ts'
import { FADE_SAMPLES, heard, ownStep, playerOf, RATES, resampled, TONE } from './player.ts'
import { largestStep } from './sounds.ts'

describe('the playback engine plays', () => {
  it.each(RATES)('every sample, at %i Hz, faded in and out, else as the resampler gives it', (rate) => {
    const { engine, ...it } = playerOf(rate)
    const length = 12_345
    it.pushTone('a', 0, length, 997)
    engine.end('a')
    const sound = it.run(1000)
    const expected = resampled(TONE.slice(0, length), rate)
    const fade = Math.round((FADE_SAMPLES * rate) / 24_000)
    expect(sound.subarray(fade, expected.length - fade)).toEqual(expected.subarray(fade, -fade))
    const rest = sound.subarray(expected.length)
    expect(rest.every((sample) => sample === 0)).toBe(true)
    expect(sound[expected.length - 1]).toBeCloseTo((expected.at(-1) ?? 0) / fade, 6)
    expect(it.position('a')).toEqual({ item: 'a', played: length, received: length })
    expect(it.count('drained')).toBe(1)
    expect(it.count('underrun')).toBe(0)
    expect(largestStep(sound)).toBeLessThan(1.2 * ownStep(rate))
  })

  it('the same bits in quanta of any length', () => {
    const results = [128, 1, 100, 1024].map((quantum) => {
      const { engine, ...it } = playerOf(44_100, quantum)
      it.pushTone('a', 0, 10_000)
      engine.end('a')
      return heard(it.run(1000))
    })
    for (const result of results) expect(result).toEqual(results[0])
  })

  it('items one after the other without a seam', () => {
    const { engine, ...it } = playerOf(48_000)
    it.pushTone('a', 0, 5001)
    it.pushTone('b', 5001, 12_000)
    engine.end('b')
    expect(largestStep(it.run(1000))).toBeLessThan(1.2 * ownStep(48_000))
    const played = it.sound()
    const whole = resampled(TONE.slice(0, 12_000), 48_000)
    expect(played.subarray(128, 23_000)).toEqual(whole.subarray(128, 23_000))
    expect(it.position('a')).toEqual({ item: 'a', played: 5001, received: 5001 })
    expect(it.position('b')).toEqual({ item: 'b', played: 6999, received: 6999 })
    expect(engine.flush(), 'the first has ended where the second began').toEqual([])
  })

  it('tells positions about every 40 ms, each as far as the quantum', () => {
    const { engine, ...it } = playerOf(48_000)
    it.pushTone('a', 0, 24_000)
    engine.end('a')
    it.run(400)
    const told = it.events.flatMap((event) => (event.type === 'position' ? [event.position.played] : []))
    expect(told).toEqual(Array.from({ length: 10 }, (_, n) => 960 * (n + 1)))
  })
})

describe('the pre-roll', () => {
  it('waits for 60 ms at the start', () => {
    const { engine, ...it } = playerOf(48_000)
    it.pushTone('a', 0, 24 * 59)
    expect(heard(it.run(100))).toHaveLength(0)
    it.pushTone('a', 24 * 59, 24 * 60)
    expect(it.run(3)[10]).not.toBe(0)
    engine.reset()
  })

  it('does not wait when the whole item is there', () => {
    const { engine, ...it } = playerOf(48_000)
    it.pushTone('a', 0, 24 * 10)
    engine.end('a')
    expect(heard(it.run(20))).toHaveLength(480)
  })

  it('does not wait for ever', () => {
    const { engine, ...it } = playerOf(48_000)
    it.pushTone('a', 0, 24 * 10)
    expect(heard(it.run(490))).toHaveLength(0)
    expect(heard(it.run(30))).toHaveLength(480)
    engine.end('a')
    expect(it.count('drained')).toBe(1)
  })

  it('grows with each underrun to 300 ms, and shrinks slowly to 40 ms', () => {
    const { engine, ...it } = playerOf(48_000, 16)
    /** ms of sound that must be there before it is played. */
    const measured = (item: string) => {
      for (let ms = 1; ms <= 400; ms++) {
        engine.push(item, TONE.slice(24 * (ms - 1), 24 * ms))
        // One short quantum each: the longest wait must not come in between.
        if (heard(it.run(0.1)).length > 0) return ms
      }
      return undefined
    }
    const waits = Array.from({ length: 7 }, () => {
      const wait = measured('a')
      it.run(1000)
      return wait
    })
    expect(waits).toEqual([60, 90, 135, 203, 300, 300, 300])
    expect(it.count('underrun')).toBe(6)

    for (let n = 0; n < 100; n++) {
      engine.push(`b${n}`, TONE.slice(0, 240))
      engine.end(`b${n}`)
      it.run(20)
    }
    expect(measured('c')).toBe(40)
  })
})

describe('running dry', () => {
  it.each(RATES)('at %i Hz: fades out, keeps every sample, goes on from the pre-roll, counts an underrun', (rate) => {
    const { engine, ...it } = playerOf(rate)
    it.pushTone('a', 0, 4801)
    it.run(400)
    expect(it.position('a')).toEqual({ item: 'a', played: 4801, received: 4801 })
    expect(it.count('underrun'), 'known only when it goes on').toBe(0)
    it.pushTone('a', 4801, 9602)
    engine.end('a')
    it.run(400)
    expect(it.count('underrun')).toBe(1)
    expect(it.count('drained')).toBe(1)
    expect(it.position('a')).toEqual({ item: 'a', played: 9602, received: 9602 })
    expect(largestStep(it.sound())).toBeLessThan(1.2 * ownStep(rate))
  })

  it.each(RATES)('at %i Hz: as many frames as without', (rate) => {
    const { engine, ...it } = playerOf(rate)
    const part = new Int16Array(4801).fill(8192)
    engine.push('a', part)
    it.run(400)
    engine.push('a', part)
    engine.end('a')
    it.run(400)
    expect(it.sound().filter((sample) => sample !== 0)).toHaveLength(2 * Math.ceil((4801 * rate) / 24_000))
  })

  it.each([1, 2])('sound that comes %i ms before the end is played on without a gap', (ms) => {
    const { engine, ...it } = playerOf(48_000, 1)
    // Ends at a crest of the tone, where a cut would click most.
    it.pushTone('a', 0, 2414)
    // Within the fade; at 1 ms the resampler has given its last already.
    it.run(2414 / 24 - ms)
    it.pushTone('a', 2414, 4800)
    engine.end('a')
    it.run(200)
    expect(heard(it.sound())).toHaveLength(9600)
    expect(it.count('underrun')).toBe(0)
    expect(largestStep(it.sound())).toBeLessThan(1.2 * ownStep(48_000))
  })

  it('no underrun when nothing more was to come', () => {
    const { engine, ...it } = playerOf(48_000)
    it.pushTone('a', 0, 4800)
    it.run(400)
    expect(it.count('drained')).toBe(0)
    engine.end('a')
    expect(it.count('drained')).toBe(1)
    expect(it.count('underrun')).toBe(0)
    it.pushTone('b', 0, 4800)
    it.run(400)
    expect(it.count('underrun')).toBe(0)
  })
})

describe('bounds', () => {
  it('a burst of 5 min is taken in, more is refused and told', () => {
    const { engine, ...it } = playerOf(48_000)
    for (let second = 0; second < MAX_QUEUED_SECONDS; second++) engine.push('a', new Int16Array(24_000).fill(1000))
    expect(it.count('overflow')).toBe(0)
    engine.push('a', new Int16Array(24_000).fill(1000))
    expect(it.events.at(-1)).toEqual({ type: 'overflow', item: 'a' })
    it.run(100)
    expect(engine.flush()[0]?.received).toBe(MAX_QUEUED_SECONDS * 24_000)
    it.pushTone('b', 0, 4800)
    expect(heard(it.run(100)).length).toBeGreaterThan(4000)
  })

  it('nothing in the queue of no sound, and ends of what never came', () => {
    const { engine, ...it } = playerOf(48_000)
    engine.push('a', new Int16Array(0))
    engine.end('a')
    engine.end('b')
    expect(heard(it.run(700))).toHaveLength(0)
    expect(it.events).toEqual([])
  })

  it('after a reset is as new', () => {
    const used = playerOf(44_100)
    used.pushTone('a', 0, 24_000)
    used.run(300)
    used.engine.flush()
    used.engine.reset()
    expect(heard(used.run(100))).toHaveLength(0)
    const fresh = playerOf(44_100)
    const [one, other] = [used, fresh].map((it) => {
      it.pushTone('a', 100, 12_000)
      it.engine.end('a')
      return it.run(800)
    })
    expect(one).toEqual(other)
    expect(used.position('a')).toEqual(fresh.position('a'))
  })
})
