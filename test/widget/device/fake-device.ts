/**
 * A phone as the sources in docs/phones.md describe it: an audio system that can be taken away, devices that change, a page that is
 * hidden. It notes what a page must never do. Needs fake timers.
 */
import { systemClock } from '../../../widget/clock.ts'
import { createPhone, type Phone } from '../../../widget/device/phone.ts'
import type { Gear, Platform } from '../../../widget/device/platform.ts'

export class FakeTrack extends EventTarget {
  readyState: 'live' | 'ended' = 'live'
  muted = false

  tell(type: 'mute' | 'unmute' | 'ended'): void {
    if (this.readyState === 'ended') return
    if (type === 'ended') this.readyState = 'ended'
    else this.muted = type === 'mute'
    this.dispatchEvent(new Event(type))
  }

  stop(): void {
    this.readyState = 'ended'
  }
}

export class FakeContext extends EventTarget {
  state: AudioContextState = 'running'
  /** Says `running`, and its time stands still. */
  frozen = false
  readonly #wrongs: string[]
  #since = Date.now()

  constructor(wrongs: string[]) {
    super()
    this.#wrongs = wrongs
  }

  get currentTime(): number {
    return this.frozen ? 1 : 1 + (Date.now() - this.#since) / 1000
  }

  become(state: AudioContextState): void {
    if (this.state === state || this.state === 'closed') return
    this.state = state
    this.dispatchEvent(new Event('statechange'))
  }

  async resume(): Promise<void> {
    if (this.state === 'interrupted') {
      this.#wrongs.push('resumed while interrupted')
      this.frozen = true
      throw new DOMException('interrupted', 'InvalidStateError')
    }
    this.become('running')
  }
}

type Answer = 'granted' | 'refused' | 'failed' | 'pending'

export class FakeDevice {
  /** What no page may do. */
  readonly wrongs: string[] = []
  /** What the page did, in order. */
  readonly did: string[] = []
  readonly document = Object.assign(new EventTarget(), { visibilityState: 'visible' as DocumentVisibilityState })
  readonly devices = new EventTarget()
  readonly element = Object.assign(new EventTarget(), { ended: false })
  readonly audioSession = { type: 'auto' as const }
  readonly tracks: FakeTrack[] = []
  readonly contexts: FakeContext[] = []
  readonly locks: { released: boolean }[] = []
  answer: Answer = 'granted'
  /** A phone call has the audio. */
  inCall = false
  inTheCall: FakeTrack | undefined
  readonly lost: unknown[] = []
  readonly phone: Phone
  #asking = 0
  #held: (() => void)[] = []

  constructor({ wakeLock = true, audioContext = true } = {}) {
    if (audioContext) this.#newContext()
    const device = this
    const platform: Platform = {
      clock: systemClock,
      page: { window: new EventTarget(), document: this.document, navigator: { onLine: true }, isSecureContext: true },
      mediaDevices: this.devices as unknown as MediaDevices,
      audioSession: this.audioSession,
      wakeLock: wakeLock ? ({ request: () => this.#lock() } as unknown as WakeLock) : undefined,
    }
    const gear: Gear = {
      get context() {
        return (device.contexts.at(-1) ?? null) as unknown as AudioContext | null
      },
      element: this.element,
      renew: () => {
        this.did.push('renew')
        this.context?.become('closed')
        if (audioContext) this.#newContext()
      },
      ask: () => this.#ask() as unknown as ReturnType<Gear['ask']>,
      stopMicrophone: () => this.track?.stop(),
      use: () => {
        this.did.push('use')
        this.inTheCall = this.track
      },
      play: () => this.did.push('play'),
    }
    this.phone = createPhone(platform, gear, {
      slow: () => this.did.push('slow'),
      microphone: (late) => late && this.did.push('join'),
      lost: (error) => this.lost.push(error),
    })
  }

  get context(): FakeContext | undefined {
    return this.contexts.at(-1)
  }

  get track(): FakeTrack | undefined {
    return this.tracks.at(-1)
  }

  get asked(): number {
    return this.did.filter((each) => each === 'ask').length
  }

  get screenLocks(): number {
    return this.locks.filter((lock) => !lock.released).length
  }

  #newContext(): void {
    const context = new FakeContext(this.wrongs)
    if (this.inCall) context.state = 'interrupted'
    this.contexts.push(context)
  }

  async #lock() {
    if (this.document.visibilityState === 'hidden') throw new DOMException('hidden', 'NotAllowedError')
    const lock = {
      released: false,
      async release() {
        lock.released = true
      },
    }
    this.locks.push(lock)
    return lock
  }

  async #ask(): Promise<{ track: FakeTrack }> {
    this.did.push('ask')
    if (this.#asking > 0) this.wrongs.push('asked twice at once')
    if (this.track?.readyState === 'live') this.wrongs.push('asked with a live track')
    if (this.audioSession.type !== ('play-and-record' as string)) this.wrongs.push('asked in another session type')
    this.#asking += 1
    if (this.answer === 'pending') await new Promise<void>((resolve) => this.#held.push(resolve))
    else await null
    this.#asking -= 1
    if (this.answer === 'refused') throw Object.assign(new Error('no'), { code: 'mic_denied' })
    if (this.answer === 'failed' || this.inCall) throw Object.assign(new Error('busy'), { code: 'mic_busy' })
    const track = new FakeTrack()
    this.tracks.push(track)
    return { track }
  }

  answerNow(answer: Answer): void {
    this.answer = answer
    for (const go of this.#held.splice(0)) go()
  }

  hide(): void {
    if (this.document.visibilityState === 'hidden') return
    this.document.visibilityState = 'hidden'
    for (const lock of this.locks) lock.released = true
    this.document.dispatchEvent(new Event('visibilitychange'))
  }

  show(): void {
    if (this.document.visibilityState === 'visible') return
    this.document.visibilityState = 'visible'
    this.document.dispatchEvent(new Event('visibilitychange'))
  }

  freeze(): void {
    this.document.dispatchEvent(new Event('freeze'))
  }

  thaw(): void {
    this.document.dispatchEvent(new Event('resume'))
  }

  ring(): void {
    if (this.inCall) return
    this.inCall = true
    this.context?.become('interrupted')
    this.track?.tell('mute')
  }

  /** The audio comes back as the system likes: running, suspended, with a clock that stands still, or not at all. */
  hangUp(how: 'running' | 'suspended' | 'frozen' | 'stuck'): void {
    if (!this.inCall) return
    this.inCall = false
    if (how === 'frozen' && this.context) this.context.frozen = true
    if (how !== 'stuck') this.context?.become(how === 'suspended' ? 'suspended' : 'running')
    this.track?.tell('unmute')
  }

  changeDevices(): void {
    this.devices.dispatchEvent(new Event('devicechange'))
  }

  pauseElement(): void {
    this.element.dispatchEvent(new Event('pause'))
  }
}
