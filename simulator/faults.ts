/** Faults on demand: what `POST /_simulator/faults` takes, and what it does to live calls and coming requests. */
import type { LiveCall } from './calls/live-call.ts'
import type { Registry } from './calls/registry.ts'
import { anyObject, bool, type Checked, integer, oneOf, shape, text } from './realtime/checks.ts'
import { invalidValue, missingParameter, Refusal } from './refusal.ts'

const ROUTES = [
  'client_secrets',
  'calls',
  'hangup',
  'accept',
  'reject',
  'refer',
  'models',
  'websocket',
  'sideband',
] as const
export type RouteName = (typeof ROUTES)[number]

const kind = text()
const call = text()
const route = oneOf(...ROUTES)
const count = integer(1, 10_000)
const channel = oneOf('data_channel', 'sideband', 'websocket')

const dropCall = shape({ kind, call, keep_sideband: bool })
const onCall = shape({ kind, call })
const closeSideband = shape({ kind, call, code: integer(1000, 4999) })
const eventFault = shape({ kind, call, type: text(), count, channel, coming: bool }, ['type'])
const failResponse = shape({ kind, call, code: text(), count })
const filterResponse = shape({ kind, call, count })
const failNext = shape({ kind, count, status: integer(400, 599), route })
const delayNext = shape({ kind, count, ms: integer(0, 600_000), route }, ['ms'])
const loopback = shape({ kind, call, on: bool, coming: bool })
const noCandidates = shape({ kind, count })

interface Failure {
  status: number
  route: RouteName | undefined
  left: number
}
interface Delay {
  ms: number
  route: RouteName | undefined
  left: number
}

export class Faults {
  #calls: Registry
  #failures: Failure[] = []
  #delays: Delay[] = []
  #withoutCandidates = 0
  #coming: ((live: LiveCall) => void)[] = []
  #kinds: Record<string, (body: unknown) => void>

  constructor(calls: Registry) {
    this.#calls = calls
    calls.onAdd = (live) => {
      for (const tamper of this.#coming) tamper(live)
    }
    this.#kinds = {
      drop_call: (body) => {
        const { call, keep_sideband } = dropCall(body, '')
        this.#each(call, (live) => live.drop(keep_sideband ?? false))
      },
      end_call: (body) => this.#each(onCall(body, '').call, (live) => live.end('fault')),
      close_sideband: (body) => {
        const { call, code } = closeSideband(body, '')
        this.#each(call, (live) => live.closeSidebands(code ?? 1011))
      },
      expire_session: (body) => this.#each(onCall(body, '').call, (live) => live.expire()),
      lose_event: (body) => this.#tamper('lose', eventFault(body, '')),
      repeat_event: (body) => this.#tamper('repeat', eventFault(body, '')),
      swap_event: (body) => this.#tamper('swap', eventFault(body, '')),
      loopback: (body) => {
        const { call, on = true, coming } = loopback(body, '')
        const set = (live: LiveCall) => live.loopback(on)
        this.#each(call, set)
        if (coming) this.#coming.push(set)
      },
      clear: () => this.#clear(),
      fail_response: (body) => {
        const { call, code, count } = failResponse(body, '')
        this.#each(call, (live) =>
          live.tampering.endResponses({ failsWith: code ?? 'rate_limit_exceeded' }, count ?? 1),
        )
      },
      filter_response: (body) => {
        const { call, count } = filterResponse(body, '')
        this.#each(call, (live) => live.tampering.endResponses('filtered', count ?? 1))
      },
      fail_next: (body) => {
        const { count, status, route } = failNext(body, '')
        this.#failures.push({ status: status ?? 500, route, left: count ?? 1 })
      },
      delay_next: (body) => {
        const { count, ms, route } = delayNext(body, '')
        this.#delays.push({ ms, route, left: count ?? 1 })
      },
      no_candidates: (body) => {
        this.#withoutCandidates += noCandidates(body, '').count ?? 1
      },
    }
  }

  /** @throws Refusal that says what is wrong with the wish */
  inject(body: unknown): void {
    const asked = anyObject(body, 'body').kind
    if (asked === undefined) throw missingParameter('kind')
    const known = Object.keys(this.#kinds).find((name) => name === asked)
    const act = known === undefined ? undefined : this.#kinds[known]
    if (!act) throw invalidValue('kind', asked, Object.keys(this.#kinds))
    act(body)
  }

  /** How long the next request on this route has to wait, in ms. */
  takeDelay(name: RouteName): number {
    return take(this.#delays, name)?.ms ?? 0
  }

  /** The failure that the next request on this route gets instead of an answer. */
  takeFailure(name: RouteName): Refusal | null {
    const failure = take(this.#failures, name)
    return failure ? refusalFor(failure.status) : null
  }

  /** Whether the next call shall not be able to connect. */
  takeNoCandidates(): boolean {
    if (this.#withoutCandidates === 0) return false
    this.#withoutCandidates -= 1
    return true
  }

  #each(id: string | undefined, act: (live: LiveCall) => void): void {
    const hit = id === undefined ? this.#calls.all : [this.#calls.find(id)]
    for (const live of hit) act(live)
  }

  #tamper(how: 'lose' | 'repeat' | 'swap', wish: Checked<typeof eventFault>): void {
    const tamper = (live: LiveCall) => live.tampering[how](wish.type, wish.count ?? 1, wish.channel)
    this.#each(wish.call, tamper)
    if (wish.coming) this.#coming.push(tamper)
  }

  /** Whatever was asked for and did not happen yet will not happen. */
  #clear(): void {
    this.#failures = []
    this.#delays = []
    this.#withoutCandidates = 0
    this.#coming = []
    for (const live of this.#calls.all) live.tampering.clear()
  }
}

function take<F extends Failure | Delay>(wishes: F[], name: RouteName): F | undefined {
  const wish = wishes.find((candidate) => (candidate.route ?? name) === name)
  if (!wish) return undefined
  wish.left -= 1
  if (wish.left === 0) wishes.splice(wishes.indexOf(wish), 1)
  return wish
}

/** The code that usually comes with a status (realtime-api.md 2). */
function refusalFor(status: number): Refusal {
  const codes: Record<number, string> = { 401: 'invalid_api_key', 404: 'not_found', 429: 'rate_limit_exceeded' }
  const code = codes[status] ?? (status >= 500 ? 'server_error' : 'fault')
  return new Refusal(code, `The simulator was asked to fail this request with ${status}.`, null, status)
}
