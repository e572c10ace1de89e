/** Runs the capture engine in the audio thread. */
import { createCaptureEngine } from './capture-engine.ts'
import { CAPTURE_NAME, type FromCapture, type ToCapture } from './worklet-messages.ts'

// Of the AudioWorkletGlobalScope; TypeScript's `dom` does not have it.
declare const sampleRate: number
declare function registerProcessor(name: string, processor: unknown): void
declare class AudioWorkletProcessor {
  readonly port: MessagePort
}

class CaptureProcessor extends AudioWorkletProcessor {
  readonly #engine = createCaptureEngine(sampleRate, (buffer, rms) => {
    const message: FromCapture = { buffer, rms }
    this.port.postMessage(message, [buffer])
  })

  constructor() {
    super()
    this.port.onmessage = ({ data }: MessageEvent<ToCapture>) => {
      if (data.type === 'mute') this.#engine.setMuted(data.muted)
      else if (data.type === 'give_back') this.#engine.giveBack(data.buffer)
      else this.#engine.reset()
    }
  }

  /** The output stays silent. It is there to be connected, because some browsers run only what leads to the speaker. */
  process([input]: Float32Array[][], [output]: Float32Array[][]): boolean {
    const channels = input ?? []
    this.#engine.process(channels, channels[0]?.length ?? output?.[0]?.length ?? 0)
    return true
  }
}

registerProcessor(CAPTURE_NAME, CaptureProcessor)
