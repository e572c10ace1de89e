/** In the place of the app chunk: the real worklets and their page sides, without a conversation, for a test to play with. */
import { createCapture } from '../../../widget/audio/capture.ts'
import { createLevels } from '../../../widget/audio/levels.ts'
import { createSpeaker, type PlayedItem } from '../../../widget/audio/speaker.ts'
import { workletsUrl } from '../../../widget/audio/worklet-file.ts'
import { createWorkletLoader, type WorkletOutcome } from '../../../widget/audio/worklet-loader.ts'
import { systemClock } from '../../../widget/clock.ts'
import type { AppModule } from '../../../widget/ui/shell.ts'

export interface Heard {
  /** PCM16 at 24 kHz. */
  samples: number[]
  /** Time that passed in the context meanwhile. s */
  contextSeconds: number
  contextRate: number
  level: number
}

export interface Spoken {
  positions: PlayedItem[]
  flushed: PlayedItem[]
  /** What came out of the speaker, through a stream, the microphone's way: 24 kHz. */
  sound: number[]
  /** Where in `sound` the flush was asked for. */
  flushedAt: number
  outputLatencyMs: number
  /** Nodes of the worklet that were made for all of it. */
  nodes: number
}

export interface Survived {
  states: string[]
  /** Of what was said before the interruption, flushed in the middle of it. */
  flushed: PlayedItem[]
  positions: PlayedItem[]
}

export interface AudioLab {
  url: string
  /** Loads the worklets into a new context with one loader for the whole page. */
  load(): Promise<WorkletOutcome>
  /** The same, but the context is closed meanwhile. */
  loadAndClose(): Promise<WorkletOutcome>
  /** The same with another loader, of a file that is somewhere else. */
  loadFrom(url: string): Promise<WorkletOutcome>
  listen(frames: number): Promise<Heard>
  /** Speaks `ms` of a tone of this frequency, Hz, then flushes, and says something else until its end. */
  speak(frequency: number, ms: number): Promise<Spoken>
  /** How far `survive` is. */
  playedMs: number
  /** Speaks until the browser interrupts the context and lets it go on again; then anew, on the same nodes. */
  survive(): Promise<Survived>
  /** The microphone's greatest loudness within 60 pictures, without a worklet, 0…1. */
  meter(): Promise<number>
}

declare global {
  interface Window {
    audioLab?: AudioLab
  }
}

export const createApp: AppModule['createApp'] = () => {
  throw new Error('There is no conversation in the audio lab')
}

const loader = createWorkletLoader(workletsUrl(), (url) => fetch(url))
/** As the microphone gives it: what browsers do to voices would spoil a tone. */
const RAW = { audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false } }

window.audioLab = {
  playedMs: 0,
  url: workletsUrl(),
  load: async () => loader.load(new AudioContext()),
  async loadAndClose() {
    const context = new AudioContext()
    const outcome = loader.load(context)
    await context.close()
    return outcome
  },
  loadFrom: async (url) => createWorkletLoader(url, (address) => fetch(address)).load(new AudioContext()),

  async listen(frames) {
    const context = await loaded()
    const stream = await navigator.mediaDevices.getUserMedia(RAW)
    const recorder = record(context)
    recorder.capture.listen(context.createMediaStreamSource(stream))
    // The first moments: the device begins to deliver.
    await recorder.until(recorder.samples.length / 480 + 25)
    recorder.samples.length = 0
    const began = context.currentTime
    await recorder.until(frames)
    const heard = {
      samples: recorder.samples,
      contextSeconds: context.currentTime - began,
      contextRate: context.sampleRate,
      level: recorder.capture.level(),
    }
    recorder.capture.close()
    for (const track of stream.getTracks()) track.stop()
    await context.close()
    return heard
  },

  async speak(frequency, ms) {
    const context = await loaded()
    let nodes = 0
    const WorkletNode = AudioWorkletNode
    window.AudioWorkletNode = class extends WorkletNode {
      constructor(...args: ConstructorParameters<typeof WorkletNode>) {
        super(...args)
        nodes++
      }
    }
    const destination = context.createMediaStreamDestination()
    const recorder = record(context)
    recorder.capture.listen(context.createMediaStreamSource(destination.stream))
    const positions: PlayedItem[] = []
    const drained = Promise.withResolvers<void>()
    const failed = (what: string) => drained.reject(new Error(what))
    const speaker = createSpeaker(
      { context, clock: systemClock, destination },
      { position: (at) => positions.push(at), drained: drained.resolve, underrun: () => undefined, failed },
    )
    speaker.push('long', tone(frequency, 10_000))
    while ((positions.at(-1)?.playedMs ?? 0) < ms) await recorder.until(recorder.samples.length / 480 + 1)
    const flushing = speaker.flush()
    const flushedAt = recorder.samples.length
    const flushed = await flushing
    const outputLatencyMs = 1000 * context.outputLatency
    await recorder.until(recorder.samples.length / 480 + 25)
    speaker.push('long', tone(frequency, 1000))
    speaker.push('short', tone(frequency, 300))
    speaker.end('short')
    await drained.promise
    await recorder.until(recorder.samples.length / 480 + 25)
    speaker.close()
    recorder.capture.close()
    await context.close()
    window.AudioWorkletNode = WorkletNode
    return { positions, flushed, sound: recorder.samples, flushedAt, outputLatencyMs, nodes }
  },

  async survive() {
    const context = await loaded()
    const states: string[] = [context.state]
    const positions: PlayedItem[] = []
    const drained = Promise.withResolvers<void>()
    const failed = (what: string) => drained.reject(new Error(what))
    const position = (at: PlayedItem) => {
      positions.push(at)
      this.playedMs = at.playedMs
    }
    const speaker = createSpeaker(
      { context, clock: systemClock },
      { position, drained: drained.resolve, underrun: () => undefined, failed },
    )
    const reached = (state: string) =>
      new Promise<void>((resolve) => {
        context.addEventListener('statechange', () => {
          if (states.at(-1) !== context.state) states.push(context.state)
          if (context.state === state) resolve()
        })
      })
    speaker.push('before', tone(440, 10_000))
    await reached('interrupted')
    const flushed = await speaker.flush()
    const running = reached('running')
    parent.postMessage('interrupted', '*')
    await running
    speaker.reset()
    speaker.push('after', tone(440, 300))
    speaker.end('after')
    await drained.promise
    speaker.close()
    await context.close()
    return { states, flushed, positions }
  },

  async meter() {
    const stream = await navigator.mediaDevices.getUserMedia(RAW)
    const levels = createLevels(AudioContext)
    levels.watch('input', stream)
    let loudest = 0
    for (let frame = 0; frame < 60; frame++) {
      await new Promise(requestAnimationFrame)
      loudest = Math.max(loudest, levels.read('input'))
    }
    levels.close()
    for (const track of stream.getTracks()) track.stop()
    return loudest
  },
}

async function loaded(): Promise<AudioContext> {
  const context = new AudioContext()
  await context.resume()
  const outcome = await loader.load(context)
  if (outcome.step === null) throw new Error(outcome.reason)
  return context
}

/** Keeps what a capture gives. */
function record(context: AudioContext) {
  const samples: number[] = []
  let wanted = 0
  let reached: (() => void) | undefined
  const check = () => {
    if (reached && samples.length >= wanted) reached()
  }
  const capture = createCapture(context, {
    frame(pcm) {
      samples.push(...pcm)
      check()
    },
    failed() {
      throw new Error('The capture broke')
    },
  })
  /** Resolves when this many frames are there. */
  function until(frames: number): Promise<void> {
    wanted = frames * 480
    return new Promise((resolve) => {
      reached = resolve
      check()
    })
  }
  return { capture, samples, until }
}

function tone(frequency: number, ms: number): Int16Array<ArrayBuffer> {
  return Int16Array.from({ length: 24 * ms }, (_, n) =>
    Math.round(16_000 * Math.sin((2 * Math.PI * frequency * n) / 24_000)),
  )
}
