/** Looks after the sound of one start on a device that takes it away: tells the machine what happens and does what it says. */
import { type Command, IDLE, LIMITS_MS, type Signal, type State, step } from './machine.ts'
import type { Gear, Platform } from './platform.ts'
import { createWakeLock } from './wakelock.ts'

/** Plugging one headset in gives several events: the last one counts (ms). */
const DEVICES_SETTLE_MS = 500
/** With the permission a page gets to know the devices, which WebKit tells as a change of them: no sooner than this (ms) it is one. */
const DEVICES_KNOWN_MS = 250
/** A clock that stands still for this long (ms) is stuck; a healthy one ticks every 3 ms. */
const CHECK_MS = 500

export interface PhoneHandlers {
  /** The visitor has not answered the browser's question for long: offer text meanwhile. */
  slow(): void
  /** A microphone is in use, the first one or a fresh one. `late`: after `slow`. */
  microphone(late: boolean): void
  /** There is none any more, and it does not come back by itself soon. `error`: why the last one was not given, if that is why. */
  lost(error: unknown): void
}

export interface Phone {
  readonly state: State
  /** Inside the visitor's tap, before anything is awaited. */
  start(): void
  /** The visitor has chosen another microphone: it takes the place of this one. */
  swap(): void
  /** For good. */
  stop(): void
}

export function createPhone(platform: Platform, gear: Gear, handlers: PhoneHandlers): Phone {
  const { clock, page, audioSession } = platform
  const listening = new AbortController()
  const wakeLock = createWakeLock(platform.wakeLock)
  let machine = IDLE
  let cancelLimit = () => {}
  let cancelCheck = () => {}
  let cancelDevices = () => {}
  let ofTrack = new AbortController()
  let ofContext = new AbortController()
  let asked = false
  let firstGivenAt: number | null = null
  let track: MediaStreamTrack | null = null
  let failure: unknown = null

  const commands: Record<Command, () => void> = {
    capture: () => setSession('play-and-record'),
    uncapture: () => setSession('auto'),
    unlock: () => gear.play(),
    play: () => gear.play(),
    ask: () => void ask(),
    stop_mic() {
      ofTrack.abort()
      track = null
      gear.stopMicrophone()
    },
    use() {
      watchTrack()
      gear.use()
      handlers.microphone(false)
    },
    // It rejects while interrupted and may hang: the clock, looked at afterwards, tells.
    resume: () => void gear.context?.resume().catch(() => undefined),
    check,
    renew() {
      gear.renew()
      watchContext()
    },
    awake: () => wakeLock.hold(),
    sleep: () => wakeLock.letGo(),
    look,
    offer_text: () => handlers.slow(),
    join: () => handlers.microphone(true),
    tell: () => handlers.lost(failure),
  }

  function send(signal: Signal): void {
    const next = step(machine, signal, clock.now())
    if (next.machine !== machine) {
      machine = next.machine
      cancelLimit()
      cancelCheck()
      const limit = LIMITS_MS[machine.at]
      cancelLimit = limit === undefined ? () => {} : clock.after(limit, () => send('timeout'))
    }
    for (const command of next.commands) commands[command]()
  }

  /** One question at a time: a browser may leave it open until the page is seen again. */
  async function ask(): Promise<void> {
    if (asked) return
    asked = true
    try {
      track = (await gear.ask()).track
      firstGivenAt ??= clock.now()
      failure = null
    } catch (error) {
      failure = error
    }
    asked = false
    if (machine.at === 'idle') gear.stopMicrophone()
    else if (failure === null) send('granted')
    else send(isRefusal(failure) ? 'refused' : 'failed')
  }

  function check(): void {
    const { context } = gear
    const before = context?.currentTime
    cancelCheck = clock.after(CHECK_MS, () => {
      // A context that never ran, on a machine without sound output, proves nothing.
      send(before && before === context?.currentTime ? 'stuck' : 'moves')
    })
  }

  function look(): void {
    if (page.document.visibilityState === 'hidden') send('hidden')
    if (track?.readyState === 'ended') send('ended')
    else if (track?.muted) send('muted')
    tellContext()
  }

  function tellContext(): void {
    const { state = 'running', currentTime = 0 } = gear.context ?? {}
    // One that never ran was not taken away: no tap has allowed it, or there is no sound output.
    if (state === 'suspended' && currentTime === 0) send('running')
    else if (state !== 'closed') send(state)
  }

  function setSession(type: 'auto' | 'play-and-record'): void {
    if (audioSession) audioSession.type = type
  }

  function watchTrack(): void {
    ofTrack.abort()
    ofTrack = new AbortController()
    const { signal } = ofTrack
    track?.addEventListener('mute', () => send('muted'), { signal })
    track?.addEventListener('unmute', () => send('unmuted'), { signal })
    track?.addEventListener('ended', () => send('ended'), { signal })
  }

  function watchContext(): void {
    ofContext.abort()
    ofContext = new AbortController()
    gear.context?.addEventListener('statechange', tellContext, { signal: ofContext.signal })
  }

  function watchPage(): void {
    const options = { signal: listening.signal }
    const tellPage = () => send(page.document.visibilityState === 'hidden' ? 'hidden' : 'shown')
    page.document.addEventListener('visibilitychange', tellPage, options)
    page.document.addEventListener('freeze', () => send('hidden'), options)
    page.document.addEventListener('resume', tellPage, options)
    gear.element.addEventListener('pause', () => gear.element.ended || send('paused'), options)
    const settle = () => {
      if (firstGivenAt === null || clock.now() - firstGivenAt < DEVICES_KNOWN_MS) return
      cancelDevices()
      cancelDevices = clock.after(DEVICES_SETTLE_MS, () => send('devices'))
    }
    platform.mediaDevices?.addEventListener('devicechange', settle, options)
  }

  return {
    get state() {
      return machine.at
    },
    start() {
      watchPage()
      watchContext()
      send('start')
    },
    swap() {
      // As if it had been unplugged, but a choice is no failed try.
      machine = { ...machine, tries: 0 }
      send('ended')
    },
    stop() {
      listening.abort()
      ofContext.abort()
      cancelDevices()
      send('stop')
    },
  }
}

function isRefusal(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'mic_denied'
}
