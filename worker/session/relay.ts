/**
 * The relay of one call: the browser's socket on one side, the line to the provider on the other. A call goes on over
 * several sockets of the browser, one after the other, as long as the next one comes in time.
 */
import { PONG } from '../../protocol/frames.ts'
import { type RELAY_CLOSE_CODES, RELAY_GRACE_MS, type RelayServerFrame } from '../../protocol/relay.ts'
import type { Log } from '../log.ts'
import type { CallEvent, Provider, Wire } from '../provider/provider.ts'
import type { Clock } from './ports.ts'
import { Intake, type Intaken } from './relay-intake.ts'
import { Playback, type PlaybackSink } from './relay-playback.ts'

/** So long (ms) a new call waits for its browser. */
export const RELAY_OPENING_MS = 15_000
/** A browser that was not heard of for so long (ms) is gone, whatever its socket says; it pings each 1.5 s. */
export const RELAY_SILENT_MS = 10_000

/** A browser's end, see relay-socket.ts. */
export interface RelayBrowser {
  send(data: string | Uint8Array): void
  close(why: keyof typeof RELAY_CLOSE_CODES): void
}

export interface RelayPorts {
  provider: Pick<Provider, 'append' | 'truncate'>
  clock: Clock
  log: Log
  /** To the provider, now. */
  send: (...wires: Wire[]) => void
  /** What became of the playing, in the words of a call over WebRTC. */
  tell: (event: CallEvent) => void
  /** No browser came, or came back, or it floods. */
  onAbandoned: () => void
}

export class Relay {
  readonly #ports: RelayPorts
  readonly #playback: Playback
  #browser: RelayBrowser | null = null
  readonly #intake: Intake
  #open = false
  #over = false
  #heardAt = 0
  #stopTimer: () => void

  constructor(ports: RelayPorts) {
    this.#ports = ports
    this.#playback = new Playback(ports)
    this.#intake = new Intake(ports.clock)
    this.#stopTimer = ports.clock.after(RELAY_OPENING_MS, () => this.#abandon())
  }

  /** The call knows its history: what the visitor says is passed on from now on. */
  open(): void {
    this.#open = true
  }

  /** Lets `hear` take what the provider says, but for the sound. */
  pass(event: CallEvent, hear: (event: CallEvent) => void): void {
    if (this.#over) hear(event)
    else this.#playback.pass(event, hear)
  }

  /** Stops what is being said. The answer in the making is cancelled elsewhere. */
  interrupt(): void {
    this.#playback.interrupt()
  }

  /** @param item whose sound the browser got last, and how much of it (bytes), where it comes back */
  attach(browser: RelayBrowser, item?: string, received?: number): void {
    if (this.#over) return browser.close('call_over')
    const older = this.#browser
    if (older) this.#letGo(older, 'replaced')
    this.#stopTimer()
    this.#browser = browser
    this.#heardAt = this.#ports.clock.now()
    this.#watchSilence()
    this.#playback.attach(sinkOf(browser), item, received)
  }

  /** The browser's socket broke. */
  detach(browser: RelayBrowser): void {
    if (browser !== this.#browser) return
    this.#browser = null
    this.#playback.detach()
    this.#stopTimer()
    this.#stopTimer = this.#ports.clock.after(RELAY_GRACE_MS, () => this.#abandon())
  }

  receive(browser: RelayBrowser, message: string | ArrayBuffer): void {
    if (browser !== this.#browser) return
    this.#heardAt = this.#ports.clock.now()
    this.#take(browser, this.#intake.take(message))
  }

  /** The call is over. */
  close(why: keyof typeof RELAY_CLOSE_CODES = 'call_over'): void {
    if (this.#over) return
    this.#over = true
    this.#stopTimer()
    try {
      this.#playback.close()
    } finally {
      this.#browser?.close(why)
      this.#browser = null
    }
  }

  #take(browser: RelayBrowser, taken: Intaken): void {
    const { provider, send, log } = this.#ports
    switch (taken.type) {
      case 'sound':
        // Before that it would be heard without the history, and wait in a queue that nothing bounds.
        if (this.#open) send(provider.append(taken.pcm))
        break
      case 'frame':
        if (taken.frame.type === 'played') this.#playback.played(taken.frame)
        else this.#playback.flushed(taken.frame)
        break
      case 'ping':
        browser.send(PONG)
        break
      case 'refused':
        sendFrame(browser, { type: 'error', code: taken.code, detail: taken.detail })
        break
      case 'flood':
        log.info('relay_flood', { detail: taken.detail })
        sendFrame(browser, { type: 'error', code: taken.code, detail: taken.detail })
        this.#abandon('flood')
        break
    }
  }

  /** As if its socket had broken: it may come back. */
  #letGo(browser: RelayBrowser, why: keyof typeof RELAY_CLOSE_CODES): void {
    browser.close(why)
    this.detach(browser)
  }

  #watchSilence(): void {
    const left = this.#heardAt + RELAY_SILENT_MS - this.#ports.clock.now()
    this.#stopTimer = this.#ports.clock.after(left, () => {
      const browser = this.#browser
      if (!browser) return
      if (this.#ports.clock.now() - this.#heardAt < RELAY_SILENT_MS) this.#watchSilence()
      else this.#letGo(browser, 'silent')
    })
  }

  #abandon(why?: 'flood'): void {
    if (this.#over) return
    this.close(why)
    this.#ports.onAbandoned()
  }
}

function sinkOf(browser: RelayBrowser): PlaybackSink {
  return {
    audio: (item) => sendFrame(browser, { type: 'audio', item }),
    sound: (pcm) => browser.send(pcm),
    endOfItem: (item) => sendFrame(browser, { type: 'end_of_item', item }),
    flush: (flush) => sendFrame(browser, { type: 'flush', flush }),
  }
}

function sendFrame(browser: RelayBrowser, frame: RelayServerFrame): void {
  browser.send(JSON.stringify(frame))
}
