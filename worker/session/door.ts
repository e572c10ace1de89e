/** Who may use a session: whoever holds a good token of it. The Worker has checked the signature (admission/token.ts). */
import { judgeToken } from './family.ts'
import type { Clock } from './ports.ts'
import { ok, type Result, refused } from './result.ts'
import type { EventSockets } from './sockets.ts'
import type { SessionRow, Store } from './store.ts'

export interface DoorPorts {
  store: Store
  sockets: EventSockets
  clock: Clock
  /** All tokens were revoked: whoever holds one is cut off. */
  onRevoked: () => void
}

export class Door {
  readonly #ports: DoorPorts

  constructor(ports: DoorPorts) {
    this.#ports = ports
  }

  /**
   * @param generation of the token
   * @param change of the session that comes with being admitted: one row written for both
   */
  admit(generation: number, change?: Partial<SessionRow>): Result<SessionRow> {
    const { store, sockets, clock, onRevoked } = this.#ports
    const session = store.session()
    if (!session) return refused('session_not_found')
    const judged = judgeToken(session, generation, clock.now(), sockets.lastHeard())
    const next = judged.refused || !change ? judged.session : { ...judged.session, ...change }
    if (next !== session) store.saveSession(next)
    if (judged.revoked) onRevoked()
    return judged.refused ? refused(judged.refused) : ok(next)
  }

  /** The same, but nothing is written yet: to be followed by `admit`. */
  look(generation: number): Result<SessionRow> {
    const { store, sockets, clock } = this.#ports
    const session = store.session()
    if (!session) return refused('session_not_found')
    const judged = judgeToken(session, generation, clock.now(), sockets.lastHeard())
    if (judged.revoked) return this.admit(generation)
    return judged.refused ? refused(judged.refused) : ok(judged.session)
  }

  /** A token for another device of the person whom the session belongs to. */
  nextGenerationFor(person: string): Result<number> {
    const { store, clock } = this.#ports
    const session = store.session()
    if (!session || session.person !== person) return refused('session_not_found')
    store.saveSession({ ...session, tokenUsedAt: clock.now() })
    return ok(session.tokenUsed + 1)
  }
}
