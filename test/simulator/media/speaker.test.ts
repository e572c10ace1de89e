import { createDecoder } from 'libopus-wasm'
import { describe, expect, it } from 'vitest'
import { concat, rms } from '../../../simulator/media/pcm.ts'
import { createSpeaker } from '../../../simulator/media/speaker.ts'
import { tone } from '../support/sounds.ts'

async function listen(packets: Uint8Array[]): Promise<Int16Array> {
  const decoder = await createDecoder({ sampleRate: 24_000, channels: 1 })
  const heard = concat(packets.map((packet) => decoder.decode(packet)))
  decoder.free()
  return heard
}

describe('speaker', () => {
  it('gives out what was queued, then silence, and tells once that the queue ran dry', async () => {
    const speaker = await createSpeaker()
    speaker.play(tone(90))
    speaker.play(tone(110))
    expect(speaker.queuedMs()).toBe(200)
    const frames = Array.from({ length: 30 }, () => speaker.nextPacket())
    expect(frames.map((frame) => frame.drained).indexOf(true)).toBe(9)
    expect(frames.filter((frame) => frame.drained)).toHaveLength(1)
    expect(speaker.playedMs()).toBe(200)
    const heard = await listen(frames.map((frame) => frame.payload))
    expect(rms(heard.subarray(480 * 2, 480 * 9))).toBeGreaterThan(3500)
    expect(rms(heard.subarray(480 * 20))).toBeLessThan(20)
    speaker.free()
  })

  it('counts only what was given out, not the filling of the last frame', async () => {
    const speaker = await createSpeaker()
    speaker.play(tone(50))
    for (let frame = 0; frame < 3; frame += 1) speaker.nextPacket()
    expect(speaker.playedMs()).toBe(50)
    speaker.free()
  })

  it('counts anew when speech comes after it ran dry', async () => {
    const speaker = await createSpeaker()
    speaker.play(tone(40))
    for (let frame = 0; frame < 5; frame += 1) speaker.nextPacket()
    speaker.play(tone(100))
    speaker.nextPacket()
    expect(speaker.playedMs()).toBe(20)
    speaker.play(tone(100))
    speaker.nextPacket()
    expect(speaker.playedMs()).toBe(40)
    speaker.free()
  })

  it('clear tells what was given out, and the very next frame is silence', async () => {
    const speaker = await createSpeaker()
    speaker.play(tone(1000))
    const before = Array.from({ length: 10 }, () => speaker.nextPacket().payload)
    expect(speaker.clear()).toBe(200)
    expect([speaker.playedMs(), speaker.queuedMs()]).toEqual([0, 0])
    const after = Array.from({ length: 10 }, () => speaker.nextPacket())
    expect(after.some((frame) => frame.drained)).toBe(false)
    const heard = await listen([...before, ...after.map((frame) => frame.payload)])
    // Opus itself looks 6.5 ms back: what is still heard lies in one frame.
    expect(rms(heard.subarray(480 * 12))).toBeLessThan(50)
    speaker.free()
  })
})
