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

  constructor() {
    super()
    this.port.onmessage = ({ data }: MessageEvent<ToPlayback>) => this.#obey(data)
  }

  #obey(message: ToPlayback): void {
    if (message.type === 'push') this.#engine.push(message.item, message.pcm)
    else if (message.type === 'end') this.#engine.end(message.item)
    else if (message.type === 'reset') this.#engine.reset()
    else this.#tell({ type: 'flushed', request: message.request, items: this.#engine.flush() })
  }

  #tell(message: FromPlayback): void {
    this.port.postMessage(message)
  }

  process(_inputs: unknown, [output]: Float32Array[][]): boolean {
    const [first, ...others] = output ?? []
    if (!first) return true
    this.#engine.process(first)
    for (const channel of others) channel.set(first)
    return true
  }
}

registerProcessor(PLAYBACK_NAME, PlaybackProcessor)
