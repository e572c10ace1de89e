/** Runs the playback engine in the audio thread. */
import { createPlaybackEngine } from './playback-engine.ts'
import { type FromPlayback, PLAYBACK_NAME, type ToPlayback } from './worklet-messages.ts'

// Of the AudioWorkletGlobalScope; TypeScript's `dom` does not have it.
declare const sampleRate: number
declare function registerProcessor(name: string, processor: unknown): void
declare class AudioWorkletProcessor {
  readonly port: MessagePort
}

class PlaybackProcessor extends AudioWorkletProcessor {
  readonly #engine = createPlaybackEngine(sampleRate, (event) => this.#tell(event))

  #open = true

  constructor() {
    super()
    this.port.onmessage = ({ data }: MessageEvent<ToPlayback>) => this.#obey(data)
  }

  #obey(message: ToPlayback): void {
    switch (message.type) {
      case 'push':
        return this.#engine.push(message.item, message.pcm)
      case 'end':
        return this.#engine.end(message.item)
      case 'flush':
        return this.#tell({ type: 'flushed', request: message.request, items: this.#engine.flush() })
      case 'reset':
        return this.#engine.reset()
      case 'close':
        this.#open = false
        this.port.close()
    }
  }

  #tell(message: FromPlayback): void {
    this.port.postMessage(message)
  }

  process(_inputs: unknown, [output]: Float32Array[][]): boolean {
    const [mono] = output ?? []
    if (mono) this.#engine.process(mono)
    return this.#open
  }
}

registerProcessor(PLAYBACK_NAME, PlaybackProcessor)
