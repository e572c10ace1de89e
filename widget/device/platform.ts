/** What the phone needs: of the browser, and of the sound equipment it looks after. Both are handed in. */
import type { Clock } from '../clock.ts'
import type { Page } from './lifecycle.ts'

/** https://w3c.github.io/audio-session: Safari 16.4 and later. */
export interface AudioSession {
  type: 'auto' | 'playback' | 'transient' | 'transient-solo' | 'ambient' | 'play-and-record'
}

export interface Platform {
  clock: Clock
  page: Page
  /** Missing on insecure pages. Tells when devices come and go. */
  mediaDevices: Pick<MediaDevices, 'getUserMedia' | 'addEventListener'> | undefined
  audioSession: AudioSession | undefined
  wakeLock: Pick<WakeLock, 'request'> | undefined
}

/** Microphone, audio context and `<audio>` element of one start. `Sound` of audio/ is one. */
export interface Gear {
  /** Null where there is no Web Audio. Another one after `renew`. */
  readonly context: AudioContext | null
  readonly element: EventTarget & Pick<HTMLMediaElement, 'ended'>
  /** Another context instead of this one, and everything on it again. */
  renew(): void
  /** Asks for a microphone. A rejection with `code: 'mic_denied'` is the visitor's no, any other one is not. */
  ask(): Promise<{ readonly track: MediaStreamTrack }>
  /** Stops the microphone that was given. */
  stopMicrophone(): void
  /** The microphone that was given last goes into the call. */
  use(): void
  /** Starts element and context, or starts them again; a context that is interrupted is left alone. */
  play(): void
}
