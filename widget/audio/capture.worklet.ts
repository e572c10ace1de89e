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

  #open = true

  constructor() {
    super()
    this.port.onmessage = ({ data }: MessageEvent<ToCapture>) => this.#obey(data)
  }

  #obey(message: ToCapture): void {
    switch (message.type) {
      case 'mute':
        return this.#engine.setMuted(message.muted)
      case 'give_back':
        return this.#engine.giveBack(message.buffer)
      case 'reset':
        return this.#engine.reset()
      case 'close':
        this.#open = false
        this.port.close()
    }
  }

  /** The output stays silent. It is there to be connected, because some browsers run only what leads to the speaker. */
  process([input]: Float32Array[][], [output]: Float32Array[][]): boolean {
    if (!this.#open) return false
    const channels = input ?? []
    this.#engine.process(channels, channels[0]?.length ?? output?.[0]?.length ?? 0)
    return true
  }
}

registerProcessor(CAPTURE_NAME, CaptureProcessor)
