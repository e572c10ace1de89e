/** What the visitor says and hears: the sound of the current start, mute, push-to-talk, and when the microphone may be open. */
import { openSound, type Sound } from '../audio/sound.ts'
import { createPhone, type Phone, type PhoneHandlers } from '../device/phone.ts'
import type { Ports } from '../device/ports.ts'
import { createTalk } from './talk.ts'
import { trouble, troubleOf } from './trouble.ts'
import type { View } from './view.ts'

export interface Speech {
  /** The sound that was opened in the tap. @throws Error when there is none */
  readonly sound: Sound
  /** There is a microphone, or one is being asked for. */
  readonly usable: boolean
  /** Text goes on while the browser still asks for the microphone. */
  readonly waiting: boolean
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

export interface SpeechHandlers {
  sendTalk(on: boolean): boolean
  /** The visitor has not answered the browser's question for long. */
  slow(): void
  /** The microphone came after that. */
  joined(): void
}

export function createSpeech(ports: Ports, view: View, handlers: SpeechHandlers): Speech {
  const talk = createTalk(ports.clock, handlers.sendTalk, hear)
  let sound: Sound | null = null
  let phone: Phone | null = null
  let live = false

  const ofPhone: PhoneHandlers = {
    slow: handlers.slow,
    microphone(late) {
      if (view.trouble.value?.code.startsWith('mic_')) view.setTrouble(null)
      if (late) handlers.joined()
    },
    lost: (error) => view.setTrouble(error === null ? trouble('mic_unavailable') : troubleOf(error)),
  }

  function isPushToTalk(): boolean {
    return view.face.value?.turns === 'push_to_talk'
  }

  function hear(): void {
    const isOff = view.muted.value || (isPushToTalk() && !talk.held)
    sound?.setHearing(isOff ? 'off' : live ? 'sent' : 'kept')
  }

  function isWaiting(): boolean {
    return phone?.state === 'waiting'
  }

  function release(): void {
    phone?.stop()
    phone = null
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
      return sound?.usable === true && !isWaiting()
    },
    get waiting() {
      return isWaiting()
    },
    open(audio) {
      release()
      sound = openSound(ports, audio, {
        blocked: () => view.setTrouble(trouble('audio_blocked')),
      })
      hear()
      phone = createPhone(ports, sound, ofPhone)
      phone.start()
    },
    setLive(next) {
      live = next
      if (!live) talk.reset()
      hear()
    },
    setMuted(muted) {
      view.muted.value = muted
      hear()
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
