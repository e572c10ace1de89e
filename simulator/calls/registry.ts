/** All live calls, by id: WebRTC calls by `rtc_…`, WebSocket sessions by their session id. */
import type { Clock } from '../clock.ts'
import { Refusal } from '../refusal.ts'
import { describeCall } from './describe.ts'
import type { LiveCall } from './live-call.ts'

export class Registry {
  #clock: Clock
  #sideband404Ms: number
  #calls = new Map<string, LiveCall>()
  /** Sees each new call before its first event. */
  onAdd = (_call: LiveCall) => {}

  constructor(clock: Clock, sideband404Ms: number) {
    this.#clock = clock
    this.#sideband404Ms = sideband404Ms
  }

  get all(): LiveCall[] {
    return [...this.#calls.values()]
  }

  add(call: LiveCall): void {
    this.#calls.set(call.id, call)
    this.onAdd(call)
  }

  remove(id: string): void {
    this.#calls.delete(id)
  }

  /** @throws Refusal 404 when no live call has this id */
  find(id: string): LiveCall {
    const call = this.#calls.get(id)
    if (!call) throw callNotFound(id)
    return call
  }

  /** For a sideband: a call is not found for a short while after it was made (realtime-api.md 6). */
  findForSideband(id: string): LiveCall {
    const call = this.find(id)
    const tooEarly = this.#clock.now() - call.createdAt < this.#sideband404Ms
    if (call.kind === 'websocket' || tooEarly) throw callNotFound(id)
    return call
  }

  describe(): Record<string, unknown>[] {
    return this.all.map(describeCall)
  }
}

export function callNotFound(id: string): Refusal {
  return new Refusal('call_id_not_found', `No session found for call id: ${id}`, 'call_id', 404)
}
