import { createEncoder } from 'libopus-wasm'
import { describe, expect, it } from 'vitest'
import { createMicrophone } from '../../../simulator/media/microphone.ts'
import { concat, rms } from '../../../simulator/media/pcm.ts'
import { tone } from '../support/sounds.ts'

async function encodeTone(frames: number): Promise<Uint8Array[]> {
  const encoder = await createEncoder({ sampleRate: 24_000, channels: 1, frameSize: 480 })
  const pcm = tone(frames * 20)
  const packets = Array.from({ length: frames }, (_, n) => encoder.encode(pcm.slice(n * 480, (n + 1) * 480)).slice())
  encoder.free()
  return packets
}

describe('microphone', () => {
  it('delivers what came, one frame at a time', async () => {
    const microphone = await createMicrophone()
    const heard: Int16Array[] = []
    for (const [n, packet] of (await encodeTone(20)).entries()) {
      microphone.receive(n, packet)
      heard.push(...microphone.dueFrames())
      expect(heard).toHaveLength(n + 1)
    }
    expect(heard.every((frame) => frame.length === 480)).toBe(true)
    expect(rms(concat(heard.slice(3)))).toBeGreaterThan(3500)
    microphone.free()
  })

  it('is silent before anything came, and from 100 ms after packets stopped, by the clock', async () => {
    const microphone = await createMicrophone()
    const before = Array.from({ length: 10 }, () => microphone.dueFrames())
    expect(before.map((frames) => frames.length)).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1])
    expect(rms(concat(before.flat()))).toBe(0)
    for (const [n, packet] of (await encodeTone(8)).entries()) {
      microphone.receive(n, packet)
      expect(rms(concat(microphone.dueFrames()))).toBeGreaterThan(n > 0 ? 500 : -1)
    }
    const after = Array.from({ length: 8 }, () => microphone.dueFrames())
    expect(after.flat().length).toBeGreaterThanOrEqual(3)
    expect(rms(concat(after.flat()))).toBe(0)
    microphone.free()
  })

  it('loses and adds nothing when packets are up to 100 ms late', async () => {
    const packets = await encodeTone(60)
    const [steady, unsteady] = [await createMicrophone(), await createMicrophone()]
    const expected: Int16Array[] = []
    const heard: Int16Array[] = []
    for (const [n, packet] of packets.entries()) {
      steady.receive(n, packet)
      expected.push(...steady.dueFrames())
      // Five packets together, when the last of them is due.
      if (n % 5 === 4) for (let late = n - 4; late <= n; late++) unsteady.receive(late, packets[late] ?? packet)
      heard.push(...unsteady.dueFrames())
    }
    expect(concat(heard)).toEqual(concat(expected))
    steady.free()
    unsteady.free()
  })

  it('conceals what was lost on the way', async () => {
    const microphone = await createMicrophone()
    const heard: Int16Array[] = []
    for (const [n, packet] of (await encodeTone(30)).entries()) {
      if (n !== 20 && n !== 21) microphone.receive(n, packet)
      heard.push(...microphone.dueFrames())
    }
    expect(heard).toHaveLength(30)
    expect(heard.slice(5).every((frame) => rms(frame) > 1000)).toBe(true)
    microphone.free()
  })

  it('ignores packets that come twice or too late, over the wrap of the numbers', async () => {
    const microphone = await createMicrophone()
    const packets = await encodeTone(4)
    const numbers = [0xfffe, 0xffff, 0xffff, 0xfffe, 0, 1, 0xffff]
    for (const [n, number] of numbers.entries()) microphone.receive(number, packets[n % 4] ?? new Uint8Array())
    const heard = Array.from({ length: 12 }, () => microphone.dueFrames()).flat()
    // Four packets were new; then nothing but silence.
    expect(heard.map(rms).filter((loudness) => loudness > 500).length).toBeGreaterThanOrEqual(3)
    expect(rms(concat(heard.slice(4)))).toBe(0)
    microphone.free()
  })

  it('survives a packet that is not Opus', async () => {
    const microphone = await createMicrophone()
    microphone.receive(1, new Uint8Array([0xff, 0xff, 0xff]))
    microphone.receive(2, new Uint8Array())
    expect(Array.from({ length: 6 }, () => microphone.dueFrames()).flat()).toEqual([new Int16Array(480)])
    microphone.free()
  })

  it('lets no delay build up: a burst is cut to 200 ms and what is never needed is dropped', async () => {
    const microphone = await createMicrophone()
    const packets = await encodeTone(400)
    let n = 0
    const receive = () => microphone.receive(n, packets[n++] ?? new Uint8Array())
    for (let burst = 0; burst < 100; burst += 1) receive()
    for (let beat = 0; beat < 290; beat += 1) {
      receive()
      microphone.dueFrames()
    }
    let waiting = 0
    while (rms(concat(microphone.dueFrames())) > 3000) waiting += 1
    expect(waiting).toBeLessThan(8)
    microphone.free()
  })
})
