/** A playback engine whose quanta are driven by hand. */
import { createPlaybackEngine } from '../../../widget/audio/playback-engine.ts'
import { createResampler, maxFlushFrames, maxProcessFrames } from '../../../widget/audio/resampler.ts'
import type { ItemPosition, PlaybackEvent } from '../../../widget/audio/worklet-messages.ts'
import { fromPcm, largestStep, tone, toPcm } from './sounds.ts'

/** In samples of 24 kHz. */
export const FADE_SAMPLES = 64
/** 10 s of 440 Hz at 24 kHz. */
export const TONE = toPcm(tone(24_000, 440, 0.5, 10))

/** An engine whose quanta are driven by hand, and everything that came out of it. */
function player(rate: number, quantum = 128) {
  const events: PlaybackEvent[] = []
  const quanta: Float32Array[] = []
  const engine = createPlaybackEngine(rate, (event) => events.push(event))
  /** @returns what was played meanwhile */
  function run(ms: number): Float32Array {
    const from = quanta.length
    for (let frames = 0; frames < (rate * ms) / 1000; frames += quantum) {
      const output = new Float32Array(quantum).fill(Number.NaN)
      engine.process(output)
      quanta.push(output)
    }
    return join(quanta.slice(from))
  }
  return {
    ...engine,
    run,
    sound: () => join(quanta),
    /** Pieces of the tone, as the network would bring them. */
    pushTone(item: string, from: number, to: number, piece = 2400) {
      for (let at = from; at < to; at += piece) engine.push(item, TONE.slice(at, Math.min(at + piece, to)))
    },
    events,
    count: (type: PlaybackEvent['type']) => events.filter((event) => event.type === type).length,
    position(item: string): ItemPosition | undefined {
      return events
        .flatMap((event) => (event.type === 'position' ? [event.position] : []))
        .findLast((at) => at.item === item)
    },
  }
}

function join(parts: Float32Array[]): Float32Array {
  return Float32Array.from(parts.flatMap((part) => [...part]))
}

/** The tone at this rate, as it would be without any break, to measure clicks by. */
export function ownStep(rate: number): number {
  return largestStep(tone(rate, 440, 0.5, 0.1))
}

/** From the first frame that is heard to the last. */
export function heard(sound: Float32Array): Float32Array {
  const first = sound.findIndex((sample) => sample !== 0)
  return first < 0 ? new Float32Array(0) : sound.subarray(first, sound.findLastIndex((sample) => sample !== 0) + 1)
}

export const RATES = [24_000, 44_100, 48_000, 16_000]

/** Its pieces are plain functions, so that they can be taken apart. */
export function playerOf(rate: number, quantum?: number) {
  const made = player(rate, quantum)
  return { ...made, engine: made }
}

/** The whole sound at once, as it would be without any fade. */
export function resampled(sound: Int16Array, rate: number): Float32Array {
  const resampler = createResampler(24_000, rate)
  const output = new Float32Array(maxProcessFrames(24_000, rate, sound.length) + maxFlushFrames(24_000, rate))
  const written = resampler.process(fromPcm(sound), output)
  return output.subarray(0, written + resampler.flush(output.subarray(written)))
}
