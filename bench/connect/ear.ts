/** Runs in each page before its own code, the same in all: hears the first sound, and notes what happens on the way. */
import type { BenchWindow, Mark } from './window.ts'

/**
 * What counts is the first sample above −40 dBFS of a remote track, while an element of the page plays it: Chromium gives
 * Web Audio silence before that. Self-contained, because it is sent to the browser as text.
 */
export function installEar(): void {
  const bench: BenchWindow = window
  const marks: Mark[] = []
  const now = () => performance.timeOrigin + performance.now()
  const mark = (name: string, at = now()) => void marks.push({ name, at })
  let context: AudioContext | undefined
  let ear: AudioWorkletNode | undefined
  let armed = false
  let heardAt: number | null = null
  let lastHeardAt = 0
  const tracks = new Set<MediaStreamTrack>()
  const sources: AudioNode[] = []

  const WORKLET = `registerProcessor('bench-ear', class extends AudioWorkletProcessor {
    process([input]) {
      if (input[0]?.some((sample) => Math.abs(sample) > 0.01)) this.port.postMessage(0)
      return true
    }
  })`

  const listenTo = (track: MediaStreamTrack) => {
    tracks.add(track)
    if (!context || !ear) return
    const source = context.createMediaStreamSource(new MediaStream([track]))
    source.connect(ear)
    sources.push(source)
  }

  bench.benchEar = {
    async start() {
      context = new AudioContext()
      await context.resume()
      await context.audioWorklet.addModule(URL.createObjectURL(new Blob([WORKLET], { type: 'text/javascript' })))
      ear = new AudioWorkletNode(context, 'bench-ear', { numberOfOutputs: 0 })
      ear.port.onmessage = () => {
        lastHeardAt = now()
        if (armed) heardAt = lastHeardAt
        armed = false
      }
    },
    arm() {
      heardAt = null
      armed = true
    },
    heardAt: () => heardAt,
    silentFor: () => now() - lastHeardAt,
    marks: () => marks,
  }

  addEventListener('click', (event) => mark('tap', performance.timeOrigin + event.timeStamp), { capture: true })
  document.addEventListener('parley-state', (event) => mark(`state ${(event as CustomEvent).detail.state}`))

  const { mediaDevices } = navigator
  const getUserMedia = mediaDevices.getUserMedia.bind(mediaDevices)
  mediaDevices.getUserMedia = async (constraints) => {
    mark('microphone asked')
    const stream = await getUserMedia(constraints)
    mark('microphone given')
    return stream
  }
  const Real = RTCPeerConnection
  window.RTCPeerConnection = class extends Real {
    constructor(configuration?: RTCConfiguration) {
      super(configuration)
      mark('peer made')
      this.addEventListener('track', ({ track }) => listenTo(track))
      this.addEventListener('connectionstatechange', () => mark(`peer ${this.connectionState}`))
      this.addEventListener('iceconnectionstatechange', () => mark(`ice ${this.iceConnectionState}`))
    }
    override createDataChannel(label: string, options?: RTCDataChannelInit) {
      const channel = super.createDataChannel(label, options)
      channel.addEventListener('open', () => mark('channel open'))
      return channel
    }
    override async setLocalDescription(description?: RTCLocalSessionDescriptionInit) {
      await super.setLocalDescription(description)
      mark('offer made')
    }
    override async setRemoteDescription(description: RTCSessionDescriptionInit) {
      mark('answer there')
      await super.setRemoteDescription(description)
      mark('answer taken')
    }
  }
  const ask = window.fetch
  window.fetch = async (input, init) => {
    const { pathname } = new URL(input instanceof Request ? input.url : String(input), location.href)
    const name = pathname.replaceAll(/_\w{20,}/g, '')
    mark(`asked ${name}`)
    const answer = await ask(input, init)
    mark(`answered ${name}`)
    return answer
  }
  const RealSocket = window.WebSocket
  window.WebSocket = class extends RealSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols)
      mark('socket made')
      this.addEventListener('message', ({ data }) => {
        const type = typeof data === 'string' ? /"type":"(\w+)"/.exec(data)?.[1] : undefined
        if (type === 'welcome' || type === 'ready') mark(`told ${type}`)
      })
    }
  }
}
