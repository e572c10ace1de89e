/** All sound of one start: microphone, meters and the playing element, opened inside the visitor's tap, let go together. */
import type { Clock } from '../clock.ts'
import { createLevels } from './levels.ts'
import { type Microphone, openMicrophone } from './microphone.ts'
import type { PcmSound } from './pcm-sound.ts'

/** Worklets that were told to end have ended after this time (ms): they are asked once each 3 ms. */
const WORKLETS_END_MS = 100

export interface SoundPorts {
  clock: Clock
  mediaDevices: Pick<MediaDevices, 'getUserMedia'> | undefined
  page: { readonly isSecureContext: boolean }
  permissions: Pick<Permissions, 'query'> | undefined
  AudioContext: (new () => AudioContext) | undefined
}

export interface SoundHandlers {
  /** The browser refuses to play without another tap. */
  blocked(): void
}

export interface Sound {
  /** The first one, as soon as it is given. @throws MicrophoneError */
  readonly microphone: Promise<Microphone>
  readonly context: AudioContext | null
  readonly element: HTMLAudioElement
  /** Asks for a microphone; the one before must have been stopped. @throws MicrophoneError */
  ask(): Promise<Microphone>
  stopMicrophone(): void
  /** The microphone goes there, and every fresh one will, instead of where the last call had it. */
  carryTo(setTrack: (track: MediaStreamTrack) => Promise<void>): Promise<void>
  /** The microphone goes there as well, for a call that is to follow the present one. */
  lendTo(setTrack: (track: MediaStreamTrack) => Promise<void>): Promise<void>
  /** The microphone that was given last goes into the call. */
  use(): void
  /** Another audio context instead of this one. */
  renew(): void
  /** Switches the microphone, as soon as there is one. Off at first. */
  setOpen(open: boolean): void
  /** False once released or when the microphone was lost. */
  readonly usable: boolean
  /** Plays the assistant. */
  playStream(stream: MediaStream): void
  /**
   * Microphone and speaker as PCM, opened by `open` when they are first asked for, and let go of with everything else.
   * Null where the browser has no `AudioContext`.
   */
  pcm(open: (context: AudioContext, microphone: MediaStream) => Promise<PcmSound>): Promise<PcmSound> | null
  /** Starts element and meters, or starts them again; the first time inside a tap. */
  play(): void
  levels(): { input: number; output: number }
  release(): void
}

/** Must be called inside the visitor's tap, before anything is awaited. So must be the first `ask` and `play`. */
export function openSound(ports: SoundPorts, audio: HTMLAudioElement, handlers: SoundHandlers): Sound {
  const levels = createLevels(ports.AudioContext)
  let mic: Microphone | null = null
  let microphone: Promise<Microphone> | null = null
  let setTrack: ((track: MediaStreamTrack) => Promise<void>) | null = null
  let open = false
  let usable = true
  let pcm: Promise<PcmSound> | null = null

  function play(): void {
    levels.resume()
    audio.play().catch((error: unknown) => {
      // AbortError: a newer stream replaced this one. NotSupportedError: nothing to play yet, the tap was what counted.
      if (usable && error instanceof DOMException && error.name === 'NotAllowedError') handlers.blocked()
    })
  }

  async function openMic(): Promise<Microphone> {
    const opened = await openMicrophone(ports.mediaDevices, ports.page.isSecureContext, ports.permissions)
    if (!usable) {
      opened.stop()
      return opened
    }
    mic = opened
    mic.setEnabled(open)
    levels.watch('input', mic.stream)
    return mic
  }

  /** Nothing is to be done for one that could not be opened. */
  function withPcm(act: (opened: PcmSound) => void): void {
    pcm?.then(act).catch(() => undefined)
  }

  audio.autoplay = true

  return {
    element: audio,
    get microphone() {
      if (!microphone) throw new Error('Nobody asked for a microphone')
      return microphone
    },
    get context() {
      return levels.context
    },
    get usable() {
      return usable && (mic === null || mic.live)
    },
    ask() {
      const asked = openMic()
      microphone ??= asked
      // Whoever awaits it gets the error; a start that was given up must not become an unhandled rejection.
      asked.catch(() => {
        if (!mic) usable = false
      })
      return asked
    },
    stopMicrophone: () => mic?.stop(),
    async carryTo(next) {
      setTrack = next
      if (mic) await next(mic.track)
    },
    async lendTo(next) {
      if (mic) await next(mic.track)
    },
    use() {
      // Rejects when that call is over: the next one takes the microphone with `carryTo`.
      if (mic) setTrack?.(mic.track).catch(() => undefined)
      withPcm((opened) => mic && opened.hear(mic.stream))
    },
    renew() {
      // Its nodes belong to the context that is given up: the call is lost, and its successor opens new ones.
      withPcm((opened) => opened.abandon())
      pcm = null
      levels.renew()
    },
    setOpen(next) {
      open = next
      mic?.setEnabled(next)
    },
    playStream(stream) {
      if (!usable) return
      audio.srcObject = stream
      levels.watch('output', stream)
      play()
    },
    pcm(open) {
      const { context } = levels
      if (!context || !microphone) return null
      pcm ??= microphone.then((first) => open(context, (mic ?? first).stream))
      // Whoever asked gets the error, and the next one another try.
      pcm.catch(() => {
        pcm = null
      })
      return pcm
    },
    play,
    levels: () => ({ input: open ? levels.read('input') : 0, output: levels.read('output') }),
    release() {
      usable = false
      mic?.stop()
      withPcm((opened) => opened.close())
      // Not at once, where there are worklets: a context that is closed before they have ended keeps them for ever (Chromium).
      if (pcm) ports.clock.after(WORKLETS_END_MS, () => levels.close())
      else levels.close()
      audio.pause()
      audio.srcObject = null
    },
  }
}
