/** A socket to a provider, whose events are waited for one after the other. */
import type { CallEvent, Provider, SocketRequest, Wire } from '../../worker/provider/provider.ts'
import { openSocket, SocketRefused } from '../../worker/provider/transport.ts'

type EventOf<Type extends CallEvent['type']> = Extract<CallEvent, { type: Type }>

export interface TestLine {
  readonly events: CallEvent[]
  say(...wires: Wire[]): void
  /** The next event of this kind that nobody waited for yet. */
  next<Type extends CallEvent['type']>(type: Type): Promise<EventOf<Type>>
  /** What an item said, as it was told piece by piece. */
  text(id: string): string
  refused(): CallEvent[]
  close(): void
}

const WAIT_MS = 10_000

export async function openLine(provider: Provider, request: SocketRequest): Promise<TestLine> {
  const socket = await attached(request, Date.now() + provider.caps.controlLagMs)
  const events: CallEvent[] = []
  const read = new Map<string, number>()
  const looks = new Set<() => void>()
  socket.addEventListener('message', ({ data }) => {
    events.push(...provider.reduce(String(data)))
    for (const look of looks) look()
  })
  return {
    events,
    say(...wires) {
      for (const wire of wires) socket.send(JSON.stringify(wire))
    },
    next<Type extends CallEvent['type']>(type: Type) {
      const nth = read.get(type) ?? 0
      read.set(type, nth + 1)
      const isOne = (event: CallEvent): event is EventOf<Type> => event.type === type
      return new Promise<EventOf<Type>>((resolve, reject) => {
        const timer = setTimeout(() => {
          looks.delete(look)
          reject(new Error(`waited for "${type}" number ${nth + 1}, got ${events.map((event) => event.type)}`))
        }, WAIT_MS)
        const look = () => {
          const found = events.filter(isOne)[nth]
          if (!found) return
          looks.delete(look)
          clearTimeout(timer)
          resolve(found)
        }
        looks.add(look)
        look()
      })
    },
    text: (id) =>
      events.flatMap((event) => (event.type === 'fragment' && event.id === id ? [event.text] : [])).join(''),
    refused: () => events.filter(({ type }) => type === 'refused'),
    close: () => socket.close(1000),
  }
}

/** A fresh call is unknown to its provider for a moment. */
async function attached(request: SocketRequest, until: number): Promise<WebSocket> {
  for (;;) {
    try {
      return await openSocket(request)
    } catch (error) {
      if (!(error instanceof SocketRefused) || Date.now() > until) throw error
      await new Promise((resume) => setTimeout(resume, 50))
    }
  }
}
