/** All sound of one start: microphone, meters and the playing element, opened inside the visitor's tap, let go together. */
import { createLevels } from './levels.ts'
import { type Microphone, openMicrophone } from './microphone.ts'
import type { PcmSound } from './pcm-sound.ts'

export interface SoundPorts {
  mediaDevices: Pick<MediaDevices, 'getUserMedia'> | undefined
  page: { readonly isSecureContext: boolean }
  AudioContext: (new () => AudioContext) | undefined
}

export interface SoundHandlers {
  /** The browser refuses to play without another tap. */
  blocked(): void
  /** The microphone was unplugged or taken away. */
  microphoneLost(): void
}

export interface Sound {
  /** Asked for once. @throws MicrophoneError */
  readonly microphone: Promise<Microphone>
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
  /** Tries again inside a tap. */
  play(): void
  levels(): { input: number; output: number }
  release(): void
}

/** Must be called inside the visitor's tap, before anything is awaited. */
export function openSound(ports: SoundPorts, audio: HTMLAudioElement, handlers: SoundHandlers): Sound {
  const context = ports.AudioContext ? new ports.AudioContext() : null
  const levels = createLevels(context)
  const stopListening = new AbortController()
  let mic: Microphone | null = null
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
    const opened = await openMicrophone(ports.mediaDevices, ports.page.isSecureContext)
    if (!usable) {
      opened.stop()
      return opened
    }
    mic = opened
    mic.setEnabled(open)
    levels.watch('input', mic.stream)
    mic.track.addEventListener('ended', () => handlers.microphoneLost(), { signal: stopListening.signal })
    return mic
  }

  const microphone = openMic()
  // Whoever awaits it gets the error; a start that was given up must not become an unhandled rejection.
  microphone.catch(() => {
    usable = false
  })
  audio.autoplay = true
  play()

  return {
    microphone,
    get usable() {
      return usable && (mic === null || mic.live)
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
      if (!context) return null
      pcm ??= microphone.then(({ stream }) => open(context, stream))
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
      stopListening.abort()
      mic?.stop()
      // What could not be opened needs no closing.
      pcm?.then((opened) => opened.close()).catch(() => undefined)
      levels.close()
      audio.pause()
      audio.srcObject = null
    },
  }
}
