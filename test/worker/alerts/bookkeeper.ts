/** An agent of a test's own with its ledger, which is booked into as sessions do. */
import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import type { AgentInput } from '../../../protocol/agent.ts'
import type { Event } from '../../../protocol/events.ts'
import { newId } from '../../../protocol/ids.ts'
import { capsOf } from '../../../worker/ledger/desk.ts'
import { microUsd } from '../../../worker/ledger/money.ts'
import { deploy } from '../tools/lab.ts'

/** 2026-11-24, noon (UTC). */
export const NOON = Date.UTC(2026, 10, 24, 12)

export function bookkeeper(more: Partial<AgentInput>) {
  const id = `alerts-${newId('itm_').slice(4, 12).toLowerCase()}`
  const agent = deploy(id, [], { limits: { dayUsd: 10, callUsd: 10, sessionUsd: 10, visitorDayUsd: null }, ...more })
  // A fresh stub for each question: one that has thrown stays broken.
  const ledger = () => env.LEDGERS.getByName(id)
  /** All that the call has spent until now, and what it asks for next. */
  const hold = (call: string, spentUsd: number, needUsd = 0.01) =>
    ledger().hold({
      ...{ id: call, session: call, kind: 'call', visitor: 'anna', starts: [], caps: capsOf(agent) },
      ...{ spent: microUsd(spentUsd), need: microUsd(needUsd), wish: microUsd(needUsd) },
    })
  const release = (call: string, spentUsd: number | null) =>
    ledger().release(call, spentUsd === null ? null : microUsd(spentUsd))
  /** A call that costs so much. */
  const spend = async (usd: number) => {
    const call = newId('call_')
    await hold(call, 0, usd)
    await release(call, usd)
  }
  const ring = () => runDurableObjectAlarm(ledger())
  const alarm = () => runInDurableObject(ledger(), (_, { storage }) => storage.getAlarm())
  /** Tables that alerts have made, each with its rows. */
  const rows = () =>
    runInDurableObject(ledger(), (_, { storage: { sql } }) =>
      ['alerts', 'events', 'event_trouble'].flatMap((table) => {
        const exists = sql.exec('SELECT 1 FROM sqlite_master WHERE name = ?', table).toArray().length > 0
        return exists ? [`${sql.exec(`SELECT * FROM ${table}`).toArray().length} in ${table}`] : []
      }),
    )
  return { id, agent, ledger, hold, release, spend, ring, alarm, rows }
}

/** Shares of the day that were told. */
export const shares = (events: readonly Event[]) =>
  events.flatMap((event) => (event.type === 'alert.spending' ? [event.data.share] : []))

/** Rates that were told, each as `error_rate raised`. */
export const rates = (events: readonly Event[]) =>
  events.flatMap((event) => (event.type === 'alert.rate' ? [`${event.data.rate} ${event.data.state}`] : []))
