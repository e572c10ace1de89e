import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rms } from '../../../simulator/media/pcm.ts'
import { sayToWav } from '../../../simulator/speech/say.ts'
import { readWav, writeWav } from '../../../simulator/speech/wav.ts'
import { tone } from '../support/sounds.ts'

describe('WAV', () => {
  it('reads what it wrote', () => {
    const pcm = Int16Array.of(0, 1, -1, 32_767, -32_768, 1234)
    expect(readWav(writeWav({ rate: 48_000, pcm }))).toEqual({ rate: 48_000, pcm })
  })

  it('reads from the middle of a buffer, past chunks it does not know, and up to the end of a cut file', () => {
    const whole = writeWav({ rate: 16_000, pcm: Int16Array.of(1, 2, 3) })
    const unknown = new Uint8Array([...new TextEncoder().encode('LIST'), 3, 0, 0, 0, 9, 9, 9, 0])
    const file = new Uint8Array([7, ...whole.slice(0, 36), ...unknown, ...whole.slice(36)]).subarray(1)
    expect(readWav(file).pcm).toEqual(Int16Array.of(1, 2, 3))
    expect(readWav(file.subarray(0, file.length - 2)).pcm).toEqual(Int16Array.of(1, 2))
  })

  it.each([
    ['something else', new TextEncoder().encode('not audio at all, but long enough to be read as one')],
    ['nothing', new Uint8Array()],
    ['no data', writeWav({ rate: 1, pcm: new Int16Array(0) }).subarray(0, 36)],
    ['stereo', writeWav({ rate: 1, pcm: new Int16Array(1) }).map((byte, n) => (n === 22 ? 2 : byte))],
  ])('refuses %s', (_, bytes) => {
    expect(() => readWav(bytes)).toThrow(/WAV|mono/)
  })
})

describe('say', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parley-say-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('writes speech between silence, for a microphone', async () => {
    const path = join(folder, 'hello.wav')
    const lengthMs = await sayToWav('Hello there.', path, { leadSilenceMs: 500, tailSilenceMs: 700 })
    const { rate, pcm } = readWav(await readFile(path))
    expect(rate).toBe(48_000)
    expect(pcm.length / 48).toBeCloseTo(lengthMs)
    expect(rms(pcm.subarray(0, 500 * 48))).toBe(0)
    expect(rms(pcm.subarray(pcm.length - 700 * 48))).toBe(0)
    expect(rms(pcm.subarray(500 * 48, pcm.length - 700 * 48))).toBeGreaterThan(rms(tone(100, { loudness: 500 })))
  })
})
