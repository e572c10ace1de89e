/** A line of a conversation with everything that is known about what goes on in it. */
import { newId } from '../../protocol/ids.ts'
import type { Log } from '../log.ts'
import type { CallEvent, Provider, SocketRequest, ToldItem } from '../provider/provider.ts'
import { openSocket } from '../provider/transport.ts'
import { Gaps } from './gaps.ts'
import type { Guard } from './guard.ts'
import { Line, type LineEnd, type LineKind } from './line.ts'
import type { Clock } from './ports.ts'
import { Relay } from './relay.ts'
import { Responder } from './responder.ts'
import type { CallRow, SessionRow, Store } from './store.ts'

export interface Carrier {
  readonly kind: LineKind
  /** Null for a text line. */
  readonly call: string | null
  readonly line: Line
  readonly responder: Responder
  readonly gaps: Gaps
  /** Items of calls of tools that this conversation of the provider has heard of. */
  readonly toolCalls: Set<string>
  readonly guard: Guard | null
  /** Of a relayed call: where its browser joins. */
  readonly relay: Relay | null
  /** Nothing is told of it afterwards. */
  close(): void
}

/** An answer that was under way when the line before broke, and of which nothing is heard for so long (ms), is over. */
const HEARD_OF_AGAIN_MS = 10_000

export interface CarrierOptions {
  session: SessionRow
  /** Null for a text line. */
  call: CallRow | null
  guard: Guard | null
  seeds: () => ToldItem[]
  /** An answer was being made when the line before this one broke. */
  isAnswering: boolean
}

export interface CarrierPorts {
  store: Store
  provider: Provider
  clock: Clock
  log: Log
  /** Everything that happens costs something, whether or not it is listened to. */
  bill: (event: CallEvent) => void
  /** Before a line is opened. @throws LineLimited */
  pay: () => Promise<void>
  onEvent: (event: CallEvent) => void
  onReady: () => void
  onParked: () => void
  onEnd: (end: LineEnd) => void
  /** The browser of a relayed call did not come, or come back. */
  onAbandoned: () => void
}

export function openCarrier(
  { session, call, guard, seeds, isAnswering }: CarrierOptions,
  ports: CarrierPorts,
): Carrier {
  const { store, provider, clock, log } = ports
  const kind = !call ? 'text' : call.relayed ? 'relay' : 'voice'
  const responder = new Responder((wish) => {
    const nonce = newId('itm_')
    guard?.watch.expectAnswer(nonce)
    line.send(provider.answer(nonce, wish))
    return nonce
  })
  let heardAt = clock.now()
  let stopDoubt = () => {}
  const doubt = () => {
    const left = heardAt + HEARD_OF_AGAIN_MS - clock.now()
    if (left <= 0) responder.doubt()
    else stopDoubt = clock.after(left, doubt)
  }
  if (isAnswering) {
    responder.assume()
    doubt()
  }
  const line: Line = new Line(
    {
      kind,
      request: requestFor(session, call, provider),
      agent: session.agent,
      resumed: call?.ready ?? false,
      seeds,
      ...(call?.follows ? { standby: true } : {}),
    },
    {
      provider,
      clock,
      log: log.with({ call: call?.id ?? 'text' }),
      onEvent: (event) => {
        ports.bill(event)
        if (event.type === 'fragment') heardAt = clock.now()
        if (relay) relay.pass(event, ports.onEvent)
        else if (guard) guard.pass(event, ports.onEvent)
        else ports.onEvent(event)
      },
      onReady: ports.onReady,
      onParked: ports.onParked,
      onEnd: ports.onEnd,
      open: async (request) => {
        await ports.pay()
        return openSocket(request)
      },
    },
  )
  const relay =
    kind === 'relay'
      ? new Relay({
          ...{ provider, clock, log },
          send: (...wires) => line.send(...wires),
          tell: ports.onEvent,
          onAbandoned: ports.onAbandoned,
        })
      : null
  const close = () => {
    stopDoubt()
    try {
      relay?.close()
    } finally {
      line.close()
    }
  }
  const gaps = new Gaps((id) => store.item(id))
  return { kind, call: call?.id ?? null, line, responder, gaps, toolCalls: new Set(), guard, relay, close }
}

function requestFor({ agent, safetyId }: SessionRow, call: CallRow | null, provider: Provider): SocketRequest {
  if (call?.ref) return provider.control(call.ref)
  return call ? provider.openVoice(agent, safetyId) : provider.openText(agent, safetyId)
}
