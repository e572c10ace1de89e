import { describe, expect, it, vi } from 'vitest'
import { heard, ownStep, playerOf, RATES } from './player.ts'
import { largestStep } from './sounds.ts'

// Much work for a busy machine.
vi.setConfig({ testTimeout: 60_000 })

describe('flush', () => {
  it.each(RATES)('at %i Hz: silent within a quantum and 3 ms, no click, the position exact', (rate) => {
    for (const [ms, quantum] of [
      [150, 128],
      [333, 128],
      [501, 300],
    ] as const) {
      const { engine, ...it } = playerOf(rate, quantum)
      it.pushTone('a', 0, 48_000)
      it.pushTone('b', 48_000, 60_000)
      it.run(ms)
      const framesBefore = it.sound().length
      const positions = engine.flush()
      const after = it.run(500)
      const fade = Math.round((64 * rate) / 24_000)
      expect(after.subarray(fade).every((sample) => sample === 0)).toBe(true)
      expect(fade / rate).toBeLessThan(0.003)
      expect(largestStep(it.sound())).toBeLessThan(1.2 * ownStep(rate))
      expect(positions).toEqual([
        { item: 'a', played: Math.floor(((framesBefore + fade) * 24_000) / rate), received: 48_000 },
        { item: 'b', played: 0, received: 12_000 },
      ])
      expect(it.count('drained') + it.count('underrun')).toBe(0)
    }
  })

  it('at the rate of the wire the position is the last sample that was heard', () => {
    const { engine, ...it } = playerOf(24_000)
    engine.push('a', new Int16Array(24_000).fill(8192))
    it.run(333)
    const [position] = engine.flush()
    it.run(100)
    expect(position?.played).toBe(heard(it.sound()).length)
  })

  it('late sound of what was flushed is not played, a new item is, all of it', () => {
    const { engine, ...it } = playerOf(48_000)
    it.pushTone('a', 0, 24_000)
    it.pushTone('b', 0, 24_000)
    it.run(200)
    engine.flush()
    // Before the fade is over.
    it.pushTone('a', 24_000, 48_000)
    it.pushTone('b', 24_000, 48_000)
    it.pushTone('c', 0, 6000)
    engine.end('c')
    const after = it.run(1000)
    expect(it.position('c')).toEqual({ item: 'c', played: 6000, received: 6000 })
    expect(heard(after.subarray(128)).length).toBeLessThanOrEqual(12_000)
    expect(heard(after.subarray(128)).length).toBeGreaterThan(11_990)
    expect(it.count('drained')).toBe(1)
    expect(engine.flush()).toEqual([])
  })

  it('a new item loses nothing to a flush just before the end of the one before', () => {
    for (let left = 0; left <= 100; left++) {
      const { engine, ...it } = playerOf(48_000, 2)
      engine.push('a', new Int16Array(2400).fill(8192))
      it.run((2400 - left) / 24)
      const before = it.sound().filter((sample) => sample !== 0).length
      const [position] = engine.flush()
      engine.push('b', new Int16Array(2400).fill(8192))
      engine.end('b')
      it.run(200)
      const faded = 2 * (position?.played ?? 0) - before
      expect(it.sound().filter((sample) => sample !== 0).length - before - faded, `${left} left`).toBe(4800)
    }
  })

  it('twice in the fade, and when nothing is played', () => {
    const { engine, ...it } = playerOf(48_000)
    expect(engine.flush()).toEqual([])
    it.pushTone('a', 0, 24_000)
    it.run(200)
    const [first] = engine.flush()
    expect(first?.item).toBe('a')
    it.pushTone('b', 0, 24_000)
    expect(engine.flush()).toEqual([{ item: 'b', played: 0, received: 24_000 }])
    const after = it.run(500)
    expect(heard(after)).toHaveLength(128)

    it.pushTone('c', 0, 480)
    expect(heard(it.run(30))).toHaveLength(0)
    expect(engine.flush()).toEqual([{ item: 'c', played: 0, received: 480 }])
    expect(heard(it.run(1000))).toHaveLength(0)
  })

  it('an item that is through is no more the visitor’s to interrupt; one that ran dry is', () => {
    const { engine, ...it } = playerOf(48_000)
    it.pushTone('a', 0, 4800)
    engine.end('a')
    it.run(400)
    it.pushTone('b', 0, 4800)
    it.run(400)
    expect(engine.flush()).toEqual([{ item: 'b', played: 4800, received: 4800 }])
    it.pushTone('b', 4800, 48_000)
    expect(heard(it.run(400))).toHaveLength(0)
  })

  it('a thousand barge-ins on one engine, each as exact as the first', () => {
    const { engine, ...it } = playerOf(44_100)
    for (let n = 0; n < 1000; n++) {
      it.pushTone(`i${n}`, n, n + 4800)
      const before = it.run(20 + (n % 50)).length
      const played = Math.floor(((before + 118) * 24_000) / 44_100)
      expect(engine.flush()).toEqual([{ item: `i${n}`, played, received: 4800 }])
      const after = it.run(4)
      expect(heard(after).length).toBeLessThanOrEqual(118)
    }
    expect(it.count('underrun')).toBe(0)
    expect(largestStep(it.sound())).toBeLessThan(1.2 * ownStep(44_100))
  })
})
