/** What the visitor says and hears: the sound of the current start, mute, push-to-talk, and when the microphone may be open. */
import { openSound, type Sound } from '../audio/sound.ts'
import type { Ports } from '../device/ports.ts'
import { createTalk } from './talk.ts'
import { trouble } from './trouble.ts'
import type { View } from './view.ts'

export interface Speech {
  /** The sound that was opened in the tap. @throws Error when there is none */
  readonly sound: Sound
  /** There is a microphone, or one is being asked for. */
  readonly usable: boolean
  /** Must be called inside the visitor's tap, before anything is awaited. */
  open(audio: HTMLAudioElement): void
  /** A call is live and may be spoken to, or is over. */
  setLive(live: boolean): void
  setMuted(muted: boolean): void
  talk(on: boolean): void
  /** The event socket is back. */
  catchUp(): void
  play(): void
  levels(): { input: number; output: number }
  release(): void
}

export function createSpeech(ports: Ports, view: View, sendTalk: (on: boolean) => boolean): Speech {
  const talk = createTalk(ports.clock, sendTalk, openOrClose)
  let sound: Sound | null = null
  let live = false

  function isPushToTalk(): boolean {
    return view.face.value?.turns === 'push_to_talk'
  }

  function openOrClose(): void {
    sound?.setOpen(live && !view.muted.value && (talk.held || !isPushToTalk()))
  }

  function release(): void {
    sound?.release()
    sound = null
  }

  return {
    release,
    get sound() {
      if (!sound) throw new Error('Voice needs the sound that is opened in the tap')
      return sound
    },
    get usable() {
      return sound?.usable === true
    },
    open(audio) {
      release()
      sound = openSound(ports, audio, {
        blocked: () => view.setTrouble(trouble('audio_blocked')),
        microphoneLost: () => view.setTrouble(trouble('mic_missing')),
      })
    },
    setLive(next) {
      live = next
      if (!live) talk.reset()
      openOrClose()
    },
    setMuted(muted) {
      view.muted.value = muted
      openOrClose()
    },
    talk(on) {
      if (live && isPushToTalk()) talk.set(on)
    },
    catchUp: () => talk.catchUp(),
    play() {
      sound?.play()
      if (view.trouble.value?.code === 'audio_blocked') view.setTrouble(null)
    },
    levels: () => sound?.levels() ?? { input: 0, output: 0 },
  }
}
