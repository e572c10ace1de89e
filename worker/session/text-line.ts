/** A conversation in writing without a call: paid for by itself, closed when nobody types, tried once more when it broke. */
import type { Cap, ServerFrame } from '../../protocol/frames.ts'
import { type LineEnd, LineLimited } from './line.ts'
import type { Meter } from './meter.ts'
import type { Clock } from './ports.ts'
import type { SessionRow } from './store.ts'

/** Without a word for this long (ms) it is closed; the next typed text opens a new one. */
const IDLE_MS = 60_000

export interface TextLinePorts {
  clock: Clock
  meter: Pick<Meter, 'reserve' | 'close'>
  send: (frame: ServerFrame) => void
  onIdle: () => void
}

export class TextLine {
  readonly #ports: TextLinePorts
  #lease: string | null = null
  #retried = false
  /** Why it was not allowed: a cap, or the code of another refusal. */
  #limit: { cap: Cap } | { cause: string } = { cap: 'cost_cap' }
  #stopIdleTimer = () => {}

  constructor(ports: TextLinePorts) {
    this.#ports = ports
  }

  /** Sets money aside before the provider is asked. @throws LineLimited */
  async pay(session: SessionRow): Promise<void> {
    this.#lease = session.id
    const reserved = await this.#ports.meter.reserve(session, session.id, 'text')
    if (reserved.ok) return
    this.#limit = reserved.code === 'agent_paused' ? { cause: reserved.code } : { cap: reserved.cap }
    throw new LineLimited()
  }

  /** Something new was typed: it may be tried again. */
  typed(): void {
    this.#retried = false
  }

  /** Nothing is left to do for now. */
  rest(): void {
    this.#stopIdleTimer()
    this.#stopIdleTimer = this.#ports.clock.after(IDLE_MS, this.#ports.onIdle)
  }

  /** The line broke while something waits for its answer. True: it is to be opened again. */
  broke(end: LineEnd): boolean {
    this.#stopIdleTimer()
    if (end === 'closed' && !this.#retried) {
      this.#retried = true
      return true
    }
    this.close()
    const told = end === 'limited' ? this.#limit : { cause: end }
    const code = 'cap' in told ? 'limit_reached' : 'no_answer'
    this.#ports.send({ type: 'notice', code, call: null, ...told })
    return false
  }

  /** Gives back what was set aside and not spent. */
  close(): void {
    this.#stopIdleTimer()
    if (this.#lease) this.#ports.meter.close(this.#lease)
    this.#lease = null
  }
}
