/** Ears, mouth and network as the conversation core sees them. The real ones live in `media/` and `speech/`. */

/** Mono speech at 24 000 Hz with the time of every word. */
export interface Spoken {
  pcm: Int16Array
  words: { text: string; startMs: number; endMs: number }[]
}

export interface Voice {
  readonly kind: string
  speak(text: string): Promise<Spoken>
}

export interface Ear {
  /** `none`: there is no recogniser, see `hearing.ts` for what stands in. */
  readonly kind: string
  hear(pcm: Int16Array): Promise<string>
  close(): Promise<void>
}

export interface VadOptions {
  /** 0 to 1, as in `server_vad`. */
  threshold: number
  prefixPaddingMs: number
  silenceDurationMs: number
}

export type VadEvent =
  | { type: 'started'; audioStartMs: number }
  | { type: 'stopped'; audioEndMs: number; pcm: Int16Array }

export interface Vad {
  push(pcm: Int16Array): VadEvent[]
  configure(options: VadOptions): void
}

export interface PeerOptions {
  /** The answer carries no usable candidates, so that WebRTC cannot connect. */
  noCandidates?: boolean
}

export interface Peer {
  readonly answerSdp: string
  onMessage: (text: string) => void
  onOpen: () => void
  onAudio: (pcm: Int16Array) => void
  onClose: (reason: 'remote' | 'lost' | 'local') => void
  onDrained: () => void
  send(text: string): void
  play(pcm: Int16Array): void
  playedMs(): number
  queuedMs(): number
  clear(): number
  close(): void
  drop(): void
}

/** Everything that could be replaced by something deterministic in a test. */
export interface Engines {
  answerOffer(offerSdp: string, options?: PeerOptions): Promise<Peer>
  createVad(options: VadOptions): Vad
  createVoice(): Promise<Voice>
  createEar(): Promise<Ear>
}

/** Frames of audio per millisecond, everywhere in the simulator. */
export const FRAMES_PER_MS = 24

export function audioMs(pcm: Int16Array): number {
  return pcm.length / FRAMES_PER_MS
}

/** The engines that really hear, speak and connect. The heavy ones are loaded when they are first needed. */
export async function realEngines(): Promise<Engines> {
  const [{ answerOffer }, { createVad }] = await Promise.all([import('./media/peer.ts'), import('./media/vad.ts')])
  return {
    answerOffer,
    createVad,
    createVoice: async () => (await import('./speech/voice.ts')).createVoice(),
    createEar: async () => (await import('./speech/ear.ts')).createEar(),
  }
}
