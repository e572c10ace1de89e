/** Where cells take place: one provider and one workerd, shared by the cells that follow each other. */
import { bundleWorker, type Change, UNEVEN } from './bundle.ts'
import { startUpstream, type Upstream } from './upstream.ts'
import { Visitor } from './visitor.ts'
import { startWorkerd, type Workerd } from './workerd.ts'

export interface Order {
  ms?: number
  skip?: number
  fail?: number
  times?: number
}

/** What a session's rows say, as `rows` answers. */
export interface SessionRows {
  calls: {
    id: string
    generation: number
    state: string
    ref: string | null
    reason: string | null
    startedAt: number
    /** When the provider ends it (ms since 1970). */
    endsAt?: number
    /** By WebSocket: it has no `ref`. */
    relayed?: boolean
    /** The call that it is to take the place of. */
    follows?: string
  }[]
  session: { tokenUsed: number; callGeneration: number } | null
}

export interface LedgerRows {
  /** Settled (micro-dollars). */
  spent: number
  leases: { id: string; spent: number; held: number }[]
}

export interface Arena {
  readonly upstream: Upstream
  readonly workerd: Workerd
  /** No defence was taken out. */
  readonly isWhole: boolean
  /** Name of an agent, and so a ledger, that no other cell uses. */
  nextAgent(): string
  /** Asks the inside of workerd, see inside/entry.ts. */
  control<T>(kind: 'session' | 'ledger' | 'visitors' | 'all', name: string, verb: string, order?: Order): Promise<T>
  stop(): Promise<void>
}

/**
 * @param changes to the sources of the Worker: a defence that is taken out
 * @param unevenMs answers come up to so much later, each by another time: an order of things that is rare becomes common
 */
export async function openArena(changes: readonly Change[] = [], unevenMs = 0): Promise<Arena> {
  const code = await bundleWorker(unevenMs > 0 ? [...UNEVEN, ...changes] : changes)
  const upstream = await startUpstream()
  const workerd = await startWorkerd(code, upstream.url, unevenMs)
  let agents = 0
  // The first call takes longer than all others, and waits are shortened (bundle.ts).
  const first = new Visitor(workerd.url, `chaos-${agents++}`, () => {})
  await first.start(true)
  await first.hangUp()
  return {
    upstream,
    workerd,
    isWhole: changes.length === 0,
    nextAgent: () => `chaos-${agents++}`,
    async control<T>(kind: string, name: string, verb: string, order: Order = {}) {
      const url = `${workerd.url}/_chaos/${kind}/${name}/${verb}`
      const response = await fetch(url, { method: 'POST', body: JSON.stringify(order) })
      if (!response.ok) throw new Error(`${kind} ${verb}: ${response.status} ${(await response.text()).slice(0, 300)}`)
      return (await response.json()) as T
    },
    async stop() {
      await workerd.stop()
      await upstream.stop()
    },
  }
}
