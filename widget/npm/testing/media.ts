/** Microphone, meters and the audio element, as far as the widget touches them. */

export class FakeTrack extends EventTarget {
  enabled = true
  muted = false
  readyState: 'live' | 'ended' = 'live'

  stop(): void {
    this.readyState = 'ended'
  }

  /** Unplugged. */
  vanish(): void {
    this.readyState = 'ended'
    this.dispatchEvent(new Event('ended'))
  }
}

export class FakeStream {
  readonly tracks: FakeTrack[]

  constructor(tracks: FakeTrack[] = [new FakeTrack()]) {
    this.tracks = tracks
  }

  getTracks(): FakeTrack[] {
    return this.tracks
  }

  getAudioTracks(): FakeTrack[] {
    return this.tracks
  }
}

export class FakeMicrophones extends EventTarget {
  readonly streams: FakeStream[] = []
  asked = 0
  /** Of the last question. */
  constraints: MediaStreamConstraints | undefined
  /** Name of the DOMException that the next questions are answered with. */
  refuseWith: string | null = null
  /** Id of a device that was unplugged. */
  gone: string | null = null
  /** Leaves the visitor's prompt open until `answerPrompts`. */
  holdPrompt = false
  readonly #open: (() => void)[] = []

  async getUserMedia(constraints?: MediaStreamConstraints): Promise<FakeStream> {
    this.asked += 1
    this.constraints = constraints
    if (this.holdPrompt) await new Promise<void>((resolve) => this.#open.push(resolve))
    const { audio } = constraints ?? {}
    const wanted = typeof audio === 'object' ? audio.deviceId : undefined
    if (this.gone && typeof wanted === 'object' && 'exact' in wanted && wanted.exact === this.gone) {
      throw new DOMException('gone', 'OverconstrainedError')
    }
    if (this.refuseWith) throw new DOMException('refused', this.refuseWith)
    const stream = new FakeStream()
    this.streams.push(stream)
    return stream
  }

  answerPrompts(): void {
    for (const answer of this.#open.splice(0)) answer()
  }

  get live(): number {
    return this.streams.flatMap((stream) => stream.tracks).filter((track) => track.readyState === 'live').length
  }
}

export class FakeAudioElement extends EventTarget {
  ended = false
  autoplay = false
  srcObject: unknown = null
  plays = 0
  refuse = false

  async play(): Promise<void> {
    this.plays += 1
    if (this.refuse) throw new DOMException('needs a tap', 'NotAllowedError')
  }

  pause(): void {}
}

class FakeNode {
  connect(): void {}
  disconnect(): void {}
}

class FakeDelay extends FakeNode {
  readonly delayTime = { value: 0, cancelScheduledValues() {}, setValueAtTime() {}, linearRampToValueAtTime() {} }
}

class FakeGain extends FakeNode {
  readonly gain = { value: 1 }
}

class FakeDestination extends FakeNode {
  readonly stream = new FakeStream()
}

class FakeAnalyser extends FakeNode {
  fftSize = 0

  getFloatTimeDomainData(samples: Float32Array): void {
    samples.fill(0.1)
  }
}

export class FakeAudioContext extends EventTarget {
  static readonly all: FakeAudioContext[] = []
  state: 'running' | 'closed' = 'running'
  /** It stands still: nothing is ever heard of the microphone here (test/widget/audio/delay-line.test.ts). */
  readonly currentTime = 0
  readonly sampleRate = 48_000
  /** Of tracks that come later than the microphone's own. */
  readonly destinations: FakeDestination[] = []

  constructor() {
    super()
    FakeAudioContext.all.push(this)
  }

  createAnalyser(): FakeAnalyser {
    return new FakeAnalyser()
  }

  createMediaStreamSource(): FakeNode {
    return new FakeNode()
  }

  createDelay(): FakeDelay {
    return new FakeDelay()
  }

  createGain(): FakeGain {
    return new FakeGain()
  }

  createMediaStreamDestination(): FakeDestination {
    const made = new FakeDestination()
    this.destinations.push(made)
    return made
  }

  async resume(): Promise<void> {}

  async close(): Promise<void> {
    this.state = 'closed'
  }
}
