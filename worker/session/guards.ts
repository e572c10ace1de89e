/** Which guard watches which call: one for the live call, over all its sidebands, and one for a second call beside it. */
import type { EndReason } from '../../protocol/frames.ts'
import type { Provider } from '../provider/provider.ts'
import type { Carrier } from './carrier.ts'
import { Guard, type GuardPorts } from './guard.ts'
import type { CallRow, SessionRow } from './store.ts'

export interface GuardsPorts extends Omit<GuardPorts, 'putBack' | 'end' | 'isCarried'> {
  provider: Provider
  /** The line of the live call or of the second one. */
  carrierOf: (call: string) => Carrier | null
  /** It is the second call: the visitor is not to be answered there yet. */
  isNext: (call: string) => boolean
  liveCall: () => string | null
  onCallLost: (call: string, reason: EndReason) => void
}

export class Guards {
  readonly #ports: GuardsPorts
  #live: Guard | null = null

  constructor(ports: GuardsPorts) {
    this.#ports = ports
  }

  of(session: SessionRow, call: CallRow): Guard {
    const guard = this.#live?.call === call.id ? this.#live : this.#create(session, call.id, call)
    if (call.ready) guard.watch.gap()
    if (!call.follows) this.#live = guard
    return guard
  }

  /** Its call may be spoken to. */
  opened(guard: Guard | null): void {
    this.#live = guard
    guard?.watch.opened()
  }

  #create(session: SessionRow, id: string, call: CallRow): Guard {
    const { provider, carrierOf, isNext, liveCall, onCallLost } = this.#ports
    return new Guard(session, call, {
      ...this.#ports,
      putBack: () => {
        const wires = provider.configure({ agent: session.agent, seeded: isNext(id) }, 'voice')
        carrierOf(id)?.line.send(...wires)
      },
      // A page that tampers with the second call has tampered with the conversation.
      end: () => onCallLost(liveCall() ?? id, 'tampered'),
      isCarried: () => carrierOf(id) !== null,
    })
  }
}
