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
      heard.push(microphone.nextFrame())
    }
    expect(heard.every((frame) => frame.length === 480)).toBe(true)
    expect(rms(concat(heard.slice(3)))).toBeGreaterThan(3500)
    microphone.free()
  })

  it('is silent before anything came, and 100 ms after packets stopped', async () => {
    const microphone = await createMicrophone()
    expect(rms(microphone.nextFrame())).toBe(0)
    for (const [n, packet] of (await encodeTone(8)).entries()) {
      microphone.receive(n, packet)
      microphone.nextFrame()
    }
    const after = Array.from({ length: 8 }, () => microphone.nextFrame())
    expect(rms(concat(after.slice(5)))).toBe(0)
    microphone.free()
  })

  it('ignores packets that come twice or too late, over the wrap of the numbers', async () => {
    const microphone = await createMicrophone()
    const packets = await encodeTone(4)
    const numbers = [0xfffe, 0xffff, 0xffff, 0xfffe, 0, 1, 0xffff]
    for (const [n, number] of numbers.entries()) microphone.receive(number, packets[n % 4] ?? new Uint8Array())
    const heard = Array.from({ length: 5 }, () => rms(microphone.nextFrame()))
    // Four packets were new; the fifth frame is only concealment, and then there is nothing more than that.
    for (let n = 0; n < 5; n += 1) microphone.nextFrame()
    expect(heard.slice(1, 4).every((loudness) => loudness > 500)).toBe(true)
    expect(rms(microphone.nextFrame())).toBe(0)
    microphone.free()
  })

  it('survives a packet that is not Opus', async () => {
    const microphone = await createMicrophone()
    microphone.receive(1, new Uint8Array([0xff, 0xff, 0xff]))
    microphone.receive(2, new Uint8Array())
    expect(microphone.nextFrame()).toHaveLength(480)
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
      microphone.nextFrame()
    }
    let waiting = 0
    while (rms(microphone.nextFrame()) > 3000) waiting += 1
    expect(waiting).toBeLessThan(8)
    microphone.free()
  })
})
