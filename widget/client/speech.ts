/** What the visitor says and hears: the sound of the current start, mute, push-to-talk, and when the microphone may be open. */

import type { Item } from '../../protocol/item.ts'
import { openSound, type Sound } from '../audio/sound.ts'
import { createPhone, type Phone, type PhoneHandlers } from '../device/phone.ts'
import type { Ports } from '../device/ports.ts'
import { createEchoWatch } from './echo.ts'
import { type Loudspeaker, watchLoudspeaker } from './loudspeaker.ts'
import { createTalk } from './talk.ts'
import { trouble, troubleOf } from './trouble.ts'
import type { TurnTaking } from './types.ts'
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
  /** The visitor's choice, also for later starts; empty: the system's. */
  useMicrophone(deviceId: string): void
  talk(on: boolean): boolean
  takeTurns(how: TurnTaking): void
  /** An item is new or changed. */
  heard(item: Item): void
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
  // Where only this page knows of push-to-talk, the provider hears silence, and nobody needs to be told.
  const talk = createTalk(ports.clock, (on) => !isAgentsPushToTalk() || handlers.sendTalk(on), hear)
  const echoWatch = createEchoWatch()
  let sound: Sound | null = null
  let stopSeeing = () => {}
  let phone: Phone | null = null
  let loudspeaker: Loudspeaker | null = null
  let live = false
  let isEchoTold = false
  let deviceId = ''

  const ofPhone: PhoneHandlers = {
    slow: handlers.slow,
    microphone(late) {
      if (view.trouble.value?.code.startsWith('mic_')) view.setTrouble(null)
      if (late) handlers.joined()
    },
    lost: (error) => view.setTrouble(error === null ? trouble('mic_unavailable') : troubleOf(error)),
  }

  function isAgentsPushToTalk(): boolean {
    return view.face.value?.turns === 'push_to_talk'
  }

  function isPushToTalk(): boolean {
    return isAgentsPushToTalk() || view.turnTaking.value === 'push_to_talk'
  }

  function hear(): void {
    const isTalkedOver = view.turnTaking.value === 'half_duplex' && loudspeaker?.isHeard === true
    const isOff = view.muted.value || isTalkedOver || (isPushToTalk() && !talk.held)
    sound?.setHearing(isOff ? 'off' : live ? 'sent' : 'kept')
  }

  function isWaiting(): boolean {
    return phone?.state === 'waiting'
  }

  /** Once in a start: who says no has been asked. */
  function tellEcho(): void {
    if (isEchoTold || isPushToTalk() || view.turnTaking.value !== 'free') return
    isEchoTold = true
    view.setTrouble(trouble('echo'))
  }

  function release(): void {
    stopSeeing()
    loudspeaker?.stop()
    loudspeaker = null
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
      sound.choose(deviceId)
      isEchoTold = false
      view.turnTaking.value = 'free'
      stopSeeing = view.items.subscribe(echoWatch.see)
      loudspeaker = watchLoudspeaker(ports.clock, view.activity, hear)
      hear()
      phone = createPhone(ports, sound, ofPhone)
      phone.start()
    },
    setLive(next) {
      live = next
      if (!live) talk.reset()
      hear()
      if (live && view.path.value === 'relay' && isIphone(ports)) tellEcho()
    },
    setMuted(muted) {
      view.muted.value = muted
      hear()
    },
    useMicrophone(id) {
      deviceId = id
      sound?.choose(id)
      phone?.swap()
    },
    talk: (on) => live && isPushToTalk() && talk.set(on),
    takeTurns(how) {
      view.turnTaking.value = how
      if (view.trouble.value?.code === 'echo') view.setTrouble(null)
      hear()
    },
    heard(item) {
      const isTurn = item.role === 'user' && item.via === 'voice' && item.status === 'completed' && item.text !== ''
      if (!isTurn || !loudspeaker || !echoWatch.judge(item, loudspeaker.overlaps)) return
      view.echoes.value = new Set([...view.echoes.value, item.id])
      tellEcho()
    },
    catchUp: () => talk.catchUp(),
    play() {
      sound?.play()
      if (view.trouble.value?.code === 'audio_blocked') view.setTrouble(null)
    },
    levels: () => sound?.levels() ?? { input: 0, output: 0 },
  }
}

/**
 * iPhones and iPads cancel the echo of calls, but hardly that of other sound (realtime-api.md 5.2). No other device with a touch
 * screen has an audio session.
 */
function isIphone({ audioSession, page }: Ports): boolean {
  return audioSession !== undefined && (page.navigator.maxTouchPoints ?? 0) > 1
}
