/** All sound of one start: microphone, meters and the playing element, opened inside the visitor's tap, let go together. */
import type { Clock } from '../clock.ts'
import { createDelayLine, type DelayLine } from './delay-line.ts'
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

/**
 * What becomes of what the visitor says. `kept`: nobody hears it yet; it is kept, 12 s at most, and sent first of all when that
 * changes to `sent`. `off`: the microphone is switched off, and what was kept is given up.
 */
export type Hearing = 'kept' | 'sent' | 'off'

export type OpenPcm = (context: AudioContext, microphone: AudioNode) => Promise<PcmSound>

export interface Sound {
  /** The first one, as soon as it is given. @throws MicrophoneError */
  readonly microphone: Promise<Microphone>
  readonly context: AudioContext | null
  readonly element: HTMLAudioElement
  /** Asks for a microphone; the one before must have been stopped. @throws MicrophoneError */
  ask(): Promise<Microphone>
  stopMicrophone(): void
  /** The next `ask` asks for this device; empty: for the system's choice. */
  choose(deviceId: string): void
  /** The microphone goes there, and every fresh one will, instead of where the last call had it. */
  carryTo(setTrack: (track: MediaStreamTrack) => Promise<void>): Promise<void>
  /** The microphone goes there as well, for a call that is to follow the present one. */
  lendTo(setTrack: (track: MediaStreamTrack) => Promise<void>): Promise<void>
  /** The microphone that was given last goes into the call. */
  use(): void
  /** Another audio context instead of this one. */
  renew(): void
  /** `off` at first. */
  setHearing(hearing: Hearing): void
  /** False once released or when the microphone was lost. */
  readonly usable: boolean
  /** Plays the assistant. */
  playStream(stream: MediaStream): void
  /**
   * Microphone and speaker as PCM, opened by `open` when they are first asked for, and let go of with everything else. What is
   * said goes there from now on, until `carryTo`. Null where the browser has no `AudioContext`.
   */
  pcm(open: OpenPcm): Promise<PcmSound> | null
  /** Starts element and meters, or starts them again; the first time inside a tap. */
  play(): void
  levels(): { input: number; output: number }
  release(): void
}

/** Must be called inside the visitor's tap, before anything is awaited. So must be the first `ask` and `play`. */
export function openSound(ports: SoundPorts, audio: HTMLAudioElement, handlers: SoundHandlers): Sound {
  const levels = createLevels(ports.AudioContext)
  let line = openLine()
  let mic: Microphone | null = null
  let microphone: Promise<Microphone> | null = null
  let setTrack: ((track: MediaStreamTrack) => Promise<void>) | null = null
  let deviceId = ''
  let hearing: Hearing = 'off'
  /** What is said goes to `pcm`, and no track is needed. */
  let isRelayed = false
  /** The call gets what was said, as late as it is; else the microphone's own track. */
  let isLate = true
  let usable = true
  let pcm: Promise<PcmSound> | null = null

  function openLine(): DelayLine | null {
    return levels.context && createDelayLine(levels.context, ports.clock)
  }

  function play(): void {
    levels.resume()
    audio.play().catch((error: unknown) => {
      // AbortError: a newer stream replaced this one. NotSupportedError: nothing to play yet, the tap was what counted.
      if (usable && error instanceof DOMException && error.name === 'NotAllowedError') handlers.blocked()
    })
  }

  async function openMic(): Promise<Microphone> {
    const opened = await openMicrophone(ports.mediaDevices, ports.page.isSecureContext, ports.permissions, deviceId)
    if (!usable) {
      opened.stop()
      return opened
    }
    mic = opened
    switchMic()
    listen(mic)
    levels.watch('input', mic.stream)
    return mic
  }

  function listen(to: Microphone): void {
    line?.listen(to.stream)
    if (hearing === 'kept' && !isRelayed) line?.keep()
  }

  /** Without a line nothing can be kept. */
  function switchMic(): void {
    mic?.setEnabled(hearing === 'sent' || (hearing === 'kept' && line !== null))
  }

  function trackFor(microphone: Microphone): MediaStreamTrack {
    return isLate && line ? line.track : microphone.track
  }

  /** Rejects when that call is over: the next one takes the track with `carryTo`. */
  function passTrack(): void {
    if (mic) setTrack?.(trackFor(mic)).catch(() => undefined)
  }

  function takeRawTrack(): void {
    if (!isLate) return
    isLate = false
    passTrack()
  }

  function route(): void {
    if (hearing === 'kept') {
      isLate = true
      if (mic && !isRelayed) line?.keep()
      withPcm((opened) => opened.keep())
    } else if (hearing === 'off') {
      line?.forget()
      withPcm((opened) => opened.forget())
    } else if (isRelayed) withPcm((opened) => opened.send())
    else if (line) line.play(takeRawTrack)
    else takeRawTrack()
  }

  async function openPcm(context: AudioContext, from: DelayLine, open: OpenPcm): Promise<PcmSound> {
    await microphone
    try {
      const opened = await open(context, from.output)
      // What was said before there was any PCM comes first.
      if (hearing === 'kept') from.play(() => {})
      return opened
    } catch (error) {
      // Renewed meanwhile: the same in the context of now.
      if (!usable || !levels.context || !line || levels.context === context) throw error
      return openPcm(levels.context, line, open)
    }
  }

  async function renewPcm(opened: PcmSound): Promise<void> {
    const { context } = levels
    const before = opened.stream
    if (!context || !line) return
    try {
      await opened.renew(context, line.output)
    } catch {
      // The call is lost, and its successor opens another one.
      pcm = null
      opened.abandon()
    }
    if (audio.srcObject === before) playStream(opened.stream)
  }

  function playStream(stream: MediaStream): void {
    if (!usable) return
    audio.srcObject = stream
    levels.watch('output', stream)
    play()
  }

  /** Nothing is to be done for one that could not be opened. */
  function withPcm(act: (opened: PcmSound) => void | Promise<void>): void {
    pcm?.then(act, () => undefined)
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
    choose(id) {
      deviceId = id
    },
    async carryTo(next) {
      setTrack = next
      isLate ||= hearing !== 'sent'
      if (isRelayed && hearing === 'kept') line?.keep()
      isRelayed = false
      if (mic) await next(trackFor(mic))
    },
    async lendTo(next) {
      if (mic) await next(trackFor(mic))
    },
    use: passTrack,
    renew() {
      line?.close()
      levels.renew()
      line = openLine()
      if (mic) listen(mic)
      if (isLate) {
        // What was late is lost with the old context; what comes now is not.
        isLate = hearing !== 'sent'
        passTrack()
      }
      withPcm(renewPcm)
    },
    setHearing(next) {
      if (next === hearing) return
      hearing = next
      switchMic()
      route()
    },
    playStream,
    pcm(open) {
      const { context } = levels
      if (!context || !line || !microphone) return null
      isRelayed = true
      pcm ??= openPcm(context, line, open)
      // Whoever asked gets the error, and the next one another try.
      pcm.catch(() => {
        pcm = null
      })
      return pcm
    },
    play,
    levels: () => ({ input: hearing === 'sent' ? levels.read('input') : 0, output: levels.read('output') }),
    release() {
      usable = false
      mic?.stop()
      withPcm((opened) => opened.close())
      line?.close()
      // Not at once, where there are worklets: a context that is closed before they have ended keeps them for ever (Chromium).
      if (pcm) ports.clock.after(WORKLETS_END_MS, () => levels.close())
      else levels.close()
      audio.pause()
      audio.srcObject = null
    },
  }
}
