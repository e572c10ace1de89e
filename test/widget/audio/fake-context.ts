/**
 * An `AudioContext` without a device: real processors on real message ports, whose quanta a test renders by hand. Only the graph
 * around them is made up.
 */
import { once } from 'node:events'
import { vi } from 'vitest'

interface Processor {
  process(inputs: Float32Array[][], outputs: Float32Array[][]): boolean
}

type Register = new () => Processor

/** What a processor finds while it is being made. */
let portOfNext: MessagePort | undefined
const processors = new Map<string, Register>()

class AudioWorkletProcessor {
  readonly port = portOfNext
}

/** Gives the tests' world what an audio thread and a page have. Call once per file, before anything else. */
export async function installWorklets(sampleRate: number): Promise<void> {
  vi.stubGlobal('AudioWorkletProcessor', AudioWorkletProcessor)
  vi.stubGlobal('registerProcessor', (name: string, processor: Register) => processors.set(name, processor))
  vi.stubGlobal('AudioWorkletNode', FakeWorkletNode)
  vi.stubGlobal('sampleRate', sampleRate)
  await import('../../../widget/audio/worklets.ts')
}

export class FakeNode {
  readonly connectedTo: FakeNode[] = []
  connect(to: FakeNode): void {
    this.connectedTo.push(to)
  }
  /** From this one, or from all. As in browsers, one that it is not connected to is an error. */
  disconnect(from?: FakeNode): void {
    if (from && !this.connectedTo.includes(from)) throw new DOMException('not connected', 'InvalidAccessError')
    this.connectedTo.splice(0, Number.POSITIVE_INFINITY, ...this.connectedTo.filter((to) => from && to !== from))
  }
}

export class FakeWorkletNode extends FakeNode {
  static made: FakeWorkletNode[] = []
  readonly port: MessagePort
  readonly processor: Processor
  readonly #far: MessagePort
  /** The processor wants to be rendered no more. */
  ended = false
  onprocessorerror: (() => void) | null = null

  constructor(_context: unknown, name: string) {
    super()
    const { port1, port2 } = new MessageChannel()
    this.port = port1
    this.#far = port2
    const Processor = processors.get(name)
    if (!Processor) throw new Error(`No processor ${name}`)
    portOfNext = port2
    this.processor = new Processor()
    FakeWorkletNode.made.push(this)
  }

  /** Renders this long. @returns the output */
  render(frames: number, input?: Float32Array): Float32Array {
    const output = new Float32Array(frames)
    for (let at = 0; at < frames; at += 128) {
      const quantum = output.subarray(at, Math.min(at + 128, frames))
      const inputs = input ? [[input.subarray(at, at + quantum.length)]] : [[]]
      this.ended = !this.processor.process(inputs, [[quantum]])
    }
    return output
  }

  /** Messages in both directions have arrived. */
  async settled(): Promise<void> {
    const { port1, port2 } = new MessageChannel()
    // Ports deliver in turns of the event loop: a few there and back are enough for all that is under way.
    for (let turn = 0; turn < 5; turn++) {
      const arrived = once(port2, 'message')
      port1.postMessage(turn)
      await arrived
    }
    port1.close()
  }

  get closed(): Promise<unknown> {
    return once(this.#far, 'close')
  }
}

export class FakeGain extends FakeNode {
  readonly gain = {
    wanted: 1,
    setTargetAtTime: (value: number) => {
      this.gain.wanted = value
    },
  }
}

export class FakeAudioContext {
  readonly destination = new FakeNode()
  readonly gains: FakeGain[] = []
  currentTime = 0
  outputLatency: number | undefined = 0

  createMediaStreamDestination(): FakeNode & { stream: object } {
    return Object.assign(new FakeNode(), { stream: {} })
  }

  createGain(): FakeGain {
    const gain = new FakeGain()
    this.gains.push(gain)
    return gain
  }
}
