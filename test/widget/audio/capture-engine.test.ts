import { describe, expect, it } from 'vitest'
import { createCaptureEngine, FRAME_SAMPLES } from '../../../widget/audio/capture-engine.ts'
import { fitTone, fromPcm, largestStep, tone } from './sounds.ts'

const SECOND_OF_FRAMES = 24_000 / FRAME_SAMPLES

/** What the engine makes of a sound in quanta of these lengths, in turn. Buffers come back at once, as from a quick page. */
function capture(rate: number, channels: Float32Array[], quanta: number[] = [128], giveBack = true) {
  const frames: Int16Array[] = []
  const levels: number[] = []
  const buffers = new Set<ArrayBuffer>()
  const engine = createCaptureEngine(rate, (buffer, rms) => {
    frames.push(new Int16Array(buffer).slice())
    levels.push(rms)
    buffers.add(buffer)
    if (giveBack) engine.giveBack(buffer)
  })
  let at = 0
  let turn = 0
  /** Feeds the next `length` frames of the sound. */
  function feed(length: number): void {
    for (const end = at + length; at < end; ) {
      const next = Math.min(at + (quanta[turn++ % quanta.length] ?? 128), end)
      engine.process(
        channels.map((channel) => channel.subarray(at, next)),
        next - at,
      )
      at = next
    }
  }
  const sound = () => Int16Array.from(frames.flatMap((frame) => [...frame]))
  return { engine, feed, sound, frames, levels, buffers }
}

describe('the capture engine', () => {
  it.each([16_000, 44_100, 48_000, 96_000])('at %i Hz: frames of 20 ms, and the tone that went in', (rate) => {
    const { feed, frames, sound } = capture(rate, [tone(rate, 997, 0.5, 2)])
    feed(2 * rate)
    // The last one still waits in the filter.
    expect(frames).toHaveLength(2 * SECOND_OF_FRAMES - 1)
    expect(frames.every((frame) => frame.length === FRAME_SAMPLES)).toBe(true)
    // Without the moment in which the filter settles: 1 s, so 997 periods, from 0.1 s on.
    const fit = fitTone(fromPcm(sound().subarray(2400, 26_400)), 24_000, 997)
    expect(Math.abs(20 * Math.log10(fit.amplitude / 0.5)), 'dB').toBeLessThan(0.05)
    const phase = 2 * Math.PI * ((997 * 0.1) % 1)
    expect(Math.abs(Math.sin(fit.phase - phase)), 'in line with the input').toBeLessThan(0.001)
    expect(fit.restDb).toBeLessThan(-90)
  })

  it('gives the same bits whatever the length of a quantum', () => {
    const sound = [tone(48_000, 440, 0.5, 1), tone(48_000, 700, 0.3, 1)]
    const results = [[128], [1], [441], [4096], [64, 1000, 3, 128]].map((quanta) => {
      const run = capture(48_000, sound, quanta)
      run.feed(48_000)
      return run.sound()
    })
    for (const result of results) expect(result).toEqual(results[0])
  })

  it('mixes the channels to one', () => {
    const left = tone(48_000, 440, 0.6, 0.5)
    const one = capture(48_000, [left.map((sample) => sample / 2)])
    const two = capture(48_000, [left, new Float32Array(24_000)])
    one.feed(24_000)
    two.feed(24_000)
    expect(two.sound()).toEqual(one.sound())
  })

  it('takes what is not a number, and no input at all, as silence, in time', () => {
    const broken = tone(48_000, 440, 0.5, 1).fill(Number.NaN, 12_000, 24_000)
    const run = capture(48_000, [broken])
    run.feed(48_000)
    expect(
      run
        .sound()
        .subarray(6100, 11_900)
        .every((sample) => sample === 0),
    ).toBe(true)
    expect(Math.max(...run.sound().subarray(12_100))).toBeGreaterThan(16_000)
    expect(run.levels.every(Number.isFinite)).toBe(true)

    const unconnected = capture(48_000, [])
    unconnected.feed(48_000)
    expect(unconnected.frames).toHaveLength(SECOND_OF_FRAMES - 1)
    expect(unconnected.sound().every((sample) => sample === 0)).toBe(true)
  })

  it('measures the loudness of each frame', () => {
    const run = capture(48_000, [tone(48_000, 1000, 0.5, 1).fill(0, 24_000)])
    run.feed(48_000)
    expect(run.levels[5]).toBeCloseTo(0.5 / Math.SQRT2, 2)
    expect(run.levels.at(-1)).toBe(0)
  })

  it('muted: silence in the same rhythm, without a click on either side', () => {
    const run = capture(48_000, [tone(48_000, 440, 0.5, 4)])
    // At the crests of the tone, where a cut would click most.
    run.feed(48_000 + 27)
    run.engine.setMuted(true)
    run.feed(48_000)
    run.engine.setMuted(false)
    run.feed(48_000)
    expect(run.frames).toHaveLength(3 * SECOND_OF_FRAMES - 1)
    const muted = run.sound().subarray(24_000, 48_000)
    // Without the ramp of 2.7 ms and the filter's own length on both sides.
    expect(muted.subarray(100, -28).every((sample) => sample === 0)).toBe(true)
    expect(run.levels[SECOND_OF_FRAMES + 10]).toBe(0)
    expect(largestStep(run.sound())).toBeLessThan(1.2 * largestStep(run.sound().subarray(0, 20_000)))
    expect(Math.max(...run.sound().subarray(48_200))).toBeGreaterThan(16_000)
  })

  it('uses the same few buffers again and again', () => {
    const run = capture(48_000, [tone(48_000, 440, 0.5, 10)])
    run.feed(480_000)
    expect(run.frames).toHaveLength(10 * SECOND_OF_FRAMES - 1)
    expect(run.buffers.size).toBe(1)
  })

  it('goes on when no buffer comes back, and takes back only its own kind and number', () => {
    const run = capture(48_000, [tone(48_000, 440, 0.5, 1)], [128], false)
    run.feed(47_000)
    expect(run.buffers.size).toBe(run.frames.length)
    run.engine.giveBack(new ArrayBuffer(7))
    run.engine.giveBack(new ArrayBuffer(0))
    run.feed(1000)
    expect(run.frames.every((frame) => frame.length === FRAME_SAMPLES)).toBe(true)
  })

  it('after a reset is as new', () => {
    const sound = tone(44_100, 440, 0.5, 1)
    const used = capture(44_100, [sound, sound])
    used.feed(10_001)
    used.engine.reset()
    const before = used.frames.length
    const fresh = capture(44_100, [sound.subarray(10_001), sound.subarray(10_001)])
    used.feed(30_000)
    fresh.feed(30_000)
    expect(used.frames.slice(before)).toEqual(fresh.frames)
    expect(used.levels.slice(before)).toEqual(fresh.levels)
  })

  it('refuses a rate that no device has', () => {
    expect(() => createCaptureEngine(44_100.5, () => undefined)).toThrow(
      expect.objectContaining({ code: 'unsupported_rate' }),
    )
  })
})
