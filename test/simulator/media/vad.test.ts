import { describe, expect, it } from 'vitest'
import { concat, rms } from '../../../simulator/media/pcm.ts'
import { createVad, thresholdToRms, type VadEvent } from '../../../simulator/media/vad.ts'
import { silence, tone } from '../support/sounds.ts'

const OPTIONS = { threshold: 0.5, prefixPaddingMs: 300, silenceDurationMs: 500 }

function times(events: VadEvent[]): (string | number)[][] {
  return events.map((event) => [event.type, event.type === 'started' ? event.audioStartMs : event.audioEndMs])
}

describe('speech in silence', () => {
  it('starts with the prefix padding and ends with the silence that told it', () => {
    const vad = createVad(OPTIONS)
    const events = vad.push(concat([silence(1000), tone(800), silence(1000)]))
    expect(times(events)).toEqual([
      ['started', 700],
      ['stopped', 2300],
    ])
    const stopped = events[1]
    expect(stopped?.type === 'stopped' && stopped.pcm.length / 24).toBe(1600)
    expect(vad.speaking).toBe(false)
    expect(vad.nowMs).toBe(2800)
  })

  it('hands out exactly the audio that was heard in that time', () => {
    const audio = concat([silence(1000), tone(800), silence(1000)])
    const events = createVad(OPTIONS).push(audio)
    const stopped = events[1]
    expect(stopped?.type === 'stopped' && stopped.pcm).toEqual(audio.slice(700 * 24, 2300 * 24))
  })

  it('does not depend on how the audio is cut', () => {
    const audio = concat([silence(500), tone(400), silence(900), tone(300), silence(700)])
    const whole = createVad(OPTIONS).push(audio)
    const vad = createVad(OPTIONS)
    const pieces: VadEvent[] = []
    for (let offset = 0; offset < audio.length; offset += 777)
      pieces.push(...vad.push(audio.slice(offset, offset + 777)))
    expect(whole.map((event) => event.type)).toEqual(['started', 'stopped', 'started', 'stopped'])
    expect(pieces).toEqual(whole)
  })

  it('begins at zero when speech is there from the beginning', () => {
    expect(times(createVad(OPTIONS).push(tone(200)))).toEqual([['started', 0]])
  })

  it('does not give the same audio to two segments', () => {
    const vad = createVad({ ...OPTIONS, prefixPaddingMs: 1000, silenceDurationMs: 200 })
    const events = vad.push(concat([tone(300), silence(300), tone(300), silence(300)]))
    expect(times(events)).toEqual([
      ['started', 0],
      ['stopped', 500],
      ['started', 500],
      ['stopped', 1100],
    ])
  })
})

describe('what is no speech', () => {
  it('a click of 40 ms', () => {
    expect(createVad(OPTIONS).push(concat([silence(500), tone(40), silence(1000)]))).toEqual([])
  })

  it('clicks that are not in a row', () => {
    const clicks = Array.from({ length: 10 }, () => concat([tone(40), silence(60)]))
    expect(createVad(OPTIONS).push(concat(clicks))).toEqual([])
  })

  it('60 ms are speech', () => {
    expect(createVad(OPTIONS).push(concat([silence(500), tone(60), silence(600)]))).toHaveLength(2)
  })

  it('a pause shorter than the silence that ends speech', () => {
    const events = createVad(OPTIONS).push(concat([tone(300), silence(480), tone(300), silence(600)]))
    expect(events.map((event) => event.type)).toEqual(['started', 'stopped'])
  })
})

describe('parameters', () => {
  it('the threshold is a loudness', () => {
    const soft = tone(500, { loudness: 200 })
    expect(createVad({ ...OPTIONS, threshold: 0.5 }).push(soft)).toEqual([])
    expect(createVad({ ...OPTIONS, threshold: 0.2 }).push(soft)).toHaveLength(1)
    expect(thresholdToRms(0.5)).toBeCloseTo(300)
    expect(rms(soft)).toBeCloseTo(200, -1)
  })

  it('a threshold out of range is the nearest in range', () => {
    expect(thresholdToRms(-1)).toBe(thresholdToRms(0))
    expect(thresholdToRms(7)).toBe(thresholdToRms(1))
  })

  it('configure changes the end of speech that is going on', () => {
    const vad = createVad(OPTIONS)
    vad.push(tone(300))
    vad.configure({ ...OPTIONS, silenceDurationMs: 100 })
    expect(times(vad.push(silence(100)))).toEqual([['stopped', 400]])
  })

  it('reset forgets speech without a word, and the clock goes on', () => {
    const vad = createVad(OPTIONS)
    vad.push(tone(310))
    expect(vad.speaking).toBe(true)
    vad.reset()
    expect(vad.speaking).toBe(false)
    expect(vad.nowMs).toBe(310)
    expect(vad.push(silence(1000))).toEqual([])
    expect(vad.nowMs).toBe(1310)
    const [started] = vad.push(tone(100))
    expect(started).toEqual({ type: 'started', audioStartMs: 1010 })
  })
})
