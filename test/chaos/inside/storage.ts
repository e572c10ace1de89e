/** Storage of an object that can be made to fail, and whose alarm follows the object's own clock. */
import { offsetAt, offsetOf, passedOf } from './clock.ts'

export class Breakable {
  /** So many writes fail from now on, after `skip` that do not. */
  writes = { skip: 0, fail: 0 }
  /** So many alarms throw. */
  alarms = 0
  /** Writes that failed and alarms that threw, so that a test can tell whether its fault struck. */
  struck = 0

  takeOver(from: Breakable): void {
    this.writes = from.writes
    this.alarms = from.alarms
    from.writes = { skip: 0, fail: 0 }
    from.alarms = 0
  }

  /** The alarm that throws. */
  alarmRuns(): void {
    if (this.alarms === 0) return
    this.alarms -= 1
    this.struck += 1
    throw new Error('chaos: this alarm throws')
  }

  write(): void {
    if (this.writes.fail === 0) return
    if (this.writes.skip > 0) {
      this.writes.skip -= 1
      return
    }
    this.writes.fail -= 1
    this.struck += 1
    throw new Error('chaos: database or disk is full: SQLITE_FULL')
  }
}

/** By object id: what `passedOf` was when its alarm was set. The runtime's alarm does not come nearer when this clock is moved. */
const armedAt = new Map<string, number>()

/** Changes the state object in place: the runtime accepts no other. To be called before the object's own constructor. */
export function broken(state: DurableObjectState, breakable: Breakable): DurableObjectState {
  const { storage } = state
  const id = state.id.toString()
  const { sql } = storage
  const exec = sql.exec.bind(sql)
  const setAlarm = storage.setAlarm.bind(storage)
  const getAlarm = storage.getAlarm.bind(storage)
  const heard = state.getWebSocketAutoResponseTimestamp.bind(state)
  replace(sql, 'exec', (query: string, ...bindings: unknown[]) => {
    if (/^\s*(INSERT|UPDATE|DELETE)\b/i.test(query)) breakable.write()
    return exec(query, ...bindings)
  })
  replace(storage, 'setAlarm', (time: number | Date) => {
    armedAt.set(id, passedOf(id))
    return setAlarm(Number(time) - offsetOf(id))
  })
  replace(storage, 'getAlarm', async () => {
    const time = await getAlarm()
    const passedSince = passedOf(id) - (armedAt.get(id) ?? passedOf(id))
    return time === null ? null : time + offsetOf(id) - passedSince
  })
  replace(state, 'getWebSocketAutoResponseTimestamp', (socket: WebSocket) => {
    const time = heard(socket)
    return time && new Date(time.getTime() + offsetAt(id, time.getTime()))
  })
  return state
}

function replace<T extends object, K extends keyof T>(target: T, name: K, value: unknown): void {
  Object.defineProperty(target, name, { value, configurable: true })
}
