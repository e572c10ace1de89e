/** Ears, mouth and network that do exactly what a test tells them. */
import type { Ear, Engines, Peer, Voice } from '../../../simulator/engines.ts'
import { silence, tone } from './sounds.ts'

const FRAMES_PER_MS = 24
/** Every word takes this long, ms. */
export const WORD_MS = 300

/** Says each word as 250 ms of tone and 50 ms of silence. */
const steadyVoice: Voice = {
  kind: 'test',
  speak: async (text) => {
    const words = text.split(' ').map((word, i) => ({ text: word, startMs: i * WORD_MS, endMs: i * WORD_MS + 250 }))
    const pcm = new Int16Array(words.length * WORD_MS * FRAMES_PER_MS)
    for (const { startMs, endMs } of words) pcm.set(tone(endMs - startMs), startMs * FRAMES_PER_MS)
    return { pcm, words }
  },
}

/** Hears what it was told it would hear, one text per turn. */
export function scriptedEar(...texts: string[]): Ear & { durationsMs: number[] } {
  const durationsMs: number[] = []
  return {
    kind: 'test',
    durationsMs,
    hear: async (pcm) => {
      durationsMs.push(pcm.length / FRAMES_PER_MS)
      return texts.shift() ?? ''
    },
    close: async () => {},
  }
}

/** A WebRTC peer without a network, whose time goes by only when `advance` says so. */
export class FakePeer implements Peer {
  readonly answerSdp = 'v=0\r\ns=fake\r\n'
  onMessage = (_text: string) => {}
  onOpen = () => {}
  onAudio = (_pcm: Int16Array) => {}
  onClose = (_reason: 'remote' | 'lost' | 'local') => {}
  onDrained = () => {}
  sent: string[] = []
  closed: 'close' | 'drop' | null = null
  #queued = 0
  #played = 0

  send(text: string): void {
    this.sent.push(text)
  }

  get events(): { type: string; [field: string]: unknown }[] {
    return this.sent.map((text) => JSON.parse(text))
  }

  play(pcm: Int16Array): void {
    if (this.#queued === 0) this.#played = 0
    this.#queued += pcm.length / FRAMES_PER_MS
  }

  playedMs(): number {
    return this.#played
  }

  queuedMs(): number {
    return this.#queued
  }

  clear(): number {
    const played = this.#played
    this.#queued = 0
    this.#played = 0
    return played
  }

  close(): void {
    this.closed = 'close'
    this.onClose('local')
  }

  drop(): void {
    this.closed = 'drop'
    this.onClose('local')
  }

  /** Lets audio go out for so many ms, in frames, with a microphone that hears `pcm` (silence when it is over). */
  advance(ms: number, pcm: Int16Array = silence(0)): void {
    const frame = 20 * FRAMES_PER_MS
    for (let at = 0; at < ms / 20; at++) {
      const heard = new Int16Array(frame)
      heard.set(pcm.subarray(at * frame, (at + 1) * frame))
      this.#sendFrame()
      this.onAudio(heard)
    }
  }

  #sendFrame(): void {
    if (this.#queued === 0) return
    const step = Math.min(20, this.#queued)
    this.#queued -= step
    this.#played += step
    if (this.#queued === 0) this.onDrained()
  }
}

/** Engines for tests without a network; `peers` are the calls in the order they were made. */
export function testEngines(ear: Ear = scriptedEar()): Partial<Engines> & { peers: FakePeer[] } {
  const peers: FakePeer[] = []
  return {
    peers,
    answerOffer: async () => {
      const peer = new FakePeer()
      peers.push(peer)
      return peer
    },
    createVoice: async () => steadyVoice,
    createEar: async () => ear,
  }
}
