/**
 * Taps what a visitor hears, in the widget's own audio context, sample for sample: what the playback worklet plays, or over WebRTC
 * the stream of the widget's `<audio>` element. Functions that run in the page stand alone, so that every driver can hand them over as text.
 */
import type { Heard } from './tone-analysis.ts'

interface Tap {
  take(): { samples: string; rate: number }
}
interface TappedWindow extends Window {
  testContexts?: AudioContext[]
  testTap?: Tap
  testMicrophone?: MediaTrackSettings
  testPeers?: RTCPeerConnection[]
  /** What goes into streams, by the stream's id: on the relay the speaker, over WebRTC also the microphone's first words. */
  testSources?: Map<string, AudioNode>
}

/** How the page is prepared; before the widget opens anything. */
export interface Preparation {
  /** As where there is no WebRTC: everything goes by relay. */
  withoutWebrtc: boolean
}

/** In the page: keeps its audio contexts, and takes the microphone as it is: what browsers do to voices would spoil a tone. */
export function prepareTap({ withoutWebrtc }: Preparation): void {
  const tapped: TappedWindow = window
  const peers: RTCPeerConnection[] = []
  tapped.testPeers = peers
  if (withoutWebrtc) Reflect.deleteProperty(window, 'RTCPeerConnection')
  else if (window.RTCPeerConnection) {
    window.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(configuration?: RTCConfiguration) {
        super(configuration)
        peers.push(this)
        // A receiver that waits a little: else a busy machine is measured, whose packets come when they can.
        this.addEventListener('track', ({ receiver }) => {
          receiver.jitterBufferTarget = 200
        })
      }
    }
  }
  const contexts: AudioContext[] = []
  tapped.testContexts = contexts
  const Real = window.AudioContext
  window.AudioContext = class extends Real {
    constructor(options?: AudioContextOptions) {
      super(options)
      contexts.push(this)
    }
  }
  const sources = new Map<string, AudioNode>()
  tapped.testSources = sources
  const connect = AudioNode.prototype.connect as (this: AudioNode, ...given: unknown[]) => unknown
  AudioNode.prototype.connect = function (this: AudioNode, ...given: unknown[]) {
    if (given[0] instanceof MediaStreamAudioDestinationNode) sources.set(given[0].stream.id, this)
    return connect.apply(this, given)
  } as typeof AudioNode.prototype.connect
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
  navigator.mediaDevices.getUserMedia = async (constraints) => {
    const raw = { echoCancellation: false, noiseSuppression: false, autoGainControl: false }
    const stream = await ask(constraints?.audio ? { ...constraints, audio: raw } : constraints)
    tapped.testMicrophone = stream.getAudioTracks()[0]?.getSettings()
    return stream
  }
}

/** In the page: begins to listen, when a call is live. */
export async function startTap(): Promise<void> {
  const tapped: TappedWindow = window
  const begun = () =>
    tapped.testContexts?.findLast(({ state, currentTime }) => state === 'running' && currentTime > 0.2)
  // Firefox needs two seconds to open its devices.
  for (let waited = 0; !begun() && waited < 10_000; waited += 100) await new Promise((next) => setTimeout(next, 100))
  // In Firefox a worklet that joins the relay's own stops the page; the stream can be heard in a context of its own as well.
  const isApart = navigator.userAgent.includes('Firefox')
  const context = begun() && isApart ? new AudioContext() : begun()
  const player = (root: Document | ShadowRoot): HTMLAudioElement | undefined => {
    for (const element of root.querySelectorAll('*')) {
      if (element instanceof HTMLAudioElement && element.srcObject) return element
      const inside = element.shadowRoot && player(element.shadowRoot)
      if (inside) return inside
    }
    return undefined
  }
  const element = player(document)
  if (!context || !element) throw new Error(`Nothing to tap: context ${context?.state}, element ${element?.tagName}`)
  if (element.paused || element.muted) throw new Error('The element does not play')
  const code = `registerProcessor('test-tap', class extends AudioWorkletProcessor {
    process([[channel]], [[output]]) {
      // Nothing connected is silence, and time goes on.
      this.port.postMessage(channel ? channel.slice() : new Float32Array(output.length))
      return true
    }
  })`
  const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }))
  await context.audioWorklet.addModule(url)
  const tap = new AudioWorkletNode(context, 'test-tap', { channelCount: 1, channelCountMode: 'explicit' })
  const quanta: Float32Array[] = []
  tap.port.onmessage = ({ data }) => quanta.push(data)
  // On the relay straight from what plays, so that the stream's way back into Web Audio is not measured with it.
  const stream = element.srcObject as MediaStream
  const speaker = isApart ? undefined : tapped.testSources?.get(stream.id)
  const source = speaker?.context === context ? speaker : context.createMediaStreamSource(stream)
  source.connect(tap)
  tap.connect(context.destination) // silent; some browsers run only what leads to the speaker
  tapped.testTap = {
    take() {
      const letters = quanta.splice(0).map((quantum) => String.fromCharCode(...new Uint8Array(quantum.buffer)))
      return { samples: btoa(letters.join('')), rate: context.sampleRate }
    },
  }
}

/** In the page: everything that was heard since the tap began or was taken last. */
export function takeTap(): ReturnType<Tap['take']> {
  const tapped: TappedWindow = window
  if (!tapped.testTap) throw new Error('There is no tap')
  return tapped.testTap.take()
}

/** In the page: how the microphone was given. */
export function microphoneSettings(): MediaTrackSettings {
  const tapped: TappedWindow = window
  return tapped.testMicrophone ?? {}
}

/** What the browser's receiver did to the sound, in samples of 48 kHz and packets. Empty on the relay. */
export type Receiver = Partial<Record<(typeof RECEIVER)[number], number>>
const RECEIVER = [
  'packetsReceived',
  'packetsLost',
  'packetsDiscarded',
  'concealedSamples',
  'silentConcealedSamples',
  'insertedSamplesForDeceleration',
  'removedSamplesForAcceleration',
] as const

/** In the page. */
export async function receiverReports(): Promise<Record<string, unknown>[]> {
  const tapped: TappedWindow = window
  const reports = await Promise.all((tapped.testPeers ?? []).map((peer) => peer.getStats()))
  return reports.flatMap((report) => [...report.values()].filter(({ type }) => type === 'inbound-rtp'))
}

/** @param before what it had done before */
export function receiverOf(reports: Record<string, unknown>[], before: Receiver = {}): Receiver {
  const last = reports.at(-1)
  const told = RECEIVER.flatMap((name) => {
    const value = last?.[name]
    return typeof value === 'number' ? [[name, value - (before[name] ?? 0)]] : []
  })
  return Object.fromEntries(told)
}

export function heardOf({ samples, rate }: ReturnType<Tap['take']>): Heard {
  const bytes = Buffer.from(samples, 'base64')
  // Copied, because a view on 32-bit numbers needs an even start.
  return { samples: new Float32Array(new Uint8Array(bytes).buffer), rate }
}
