import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { expect, it, vi } from 'vitest'
import tutor from '../../agents/tutor.ts'
import type { ServerFrame } from '../../protocol/frames.ts'
import { newId } from '../../protocol/ids.ts'
import type { LedgerPort } from '../../worker/ledger/desk.ts'
import { readPrices } from '../../worker/ledger/prices.ts'
import { createLog } from '../../worker/log.ts'
import { Meter } from '../../worker/session/meter.ts'
import { systemClock } from '../../worker/session/ports.ts'
import type { SessionRow } from '../../worker/session/store.ts'
import { WATCH_EVERY_MS } from '../../worker/session/watchdog.ts'
import { ask, BROKERED, connect, createSession, isUp } from './support.ts'

/** Prices of Cloudflare beyond what is included (anchors-broker.md 2.3): USD. */
const ROW_WRITTEN = 1 / 1e6
const OBJECT_REQUEST = 0.15 / 1e6
const WORKER_REQUEST = 0.3 / 1e6
const GB_SECOND = 12.5 / 1e6
const OBJECT_GB = 0.128

/** Five minutes in which visitor and assistant speak 20 times each. */
const SECONDS = 300
const EXCHANGES = 20
const BUDGET_PER_1000 = 0.6
/** So many exchanges are really made, and counted. */
const MEASURED = 4
/** Written before the counting began: the session, the call twice, the first alarm. */
const ROWS_OF_CREATION = 4
/** What a ledger writes at midnight, once for all sessions of the day: the sum of the day that is over, and the new day. */
const ROWS_OF_A_DAY = 2
/** Agent, start, event socket, end, and a few more for visitors who look and go. */
const WORKER_REQUESTS = 10

/** Counts the rows that an object writes from now on, alarms included: setting one writes one. */
async function countRows<T extends Rpc.DurableObjectBranded>(
  stub: DurableObjectStub<T>,
): Promise<() => Promise<number>> {
  const key = `rows ${newId('itm_')}`
  const counts = globalThis as unknown as Record<string, number>
  counts[key] = 0
  await runInDurableObject(stub, (_, state) => {
    const { sql } = state.storage
    const exec = sql.exec.bind(sql)
    sql.exec = ((query: string, ...bindings: unknown[]) => {
      const cursor = exec(query, ...bindings)
      // Nobody listens here, so that each turn interrupts the one before; in most conversations that is rare.
      const isInterruption = String(bindings.at(-1)).includes('"status":"interrupted"')
      if (!isInterruption) counts[key] = (counts[key] ?? 0) + cursor.rowsWritten
      return cursor
    }) as typeof sql.exec
    const setAlarm = state.storage.setAlarm.bind(state.storage)
    state.storage.setAlarm = (time) => {
      counts[key] = (counts[key] ?? 0) + 1
      return setAlarm(time)
    }
  })
  return async () => counts[key] ?? 0
}

/** What a call of that length asks of the ledger, from its first question to the end of its day; every answer has a real length here. */
async function ledgerOfOneCall(): Promise<{ questions: number; rows: number }> {
  const id = `agent-${newId('itm_').slice(4, 12).toLowerCase()}`
  const ledger = env.LEDGERS.getByName(id)
  const rows = await countRows(ledger)
  let questions = 0
  const counting: LedgerPort = {
    hold: (question) => {
      questions += 1
      return ledger.hold(question)
    },
    release: (lease, spent) => {
      questions += 1
      return ledger.release(lease, spent)
    },
  }
  const store = { spent: () => 0, addSpent: () => {}, itemCount: () => 0 }
  const prices = readPrices('')
  const meter = new Meter({
    ledger: () => counting,
    prices,
    store,
    clock: systemClock,
    log: createLog(),
    send: () => {},
    visitor: () => null,
    onNear: () => {},
    onCap: (cap) => {
      throw new Error(cap)
    },
  })
  const session: SessionRow = {
    id: 'ses_0',
    agentId: id,
    agent: tutor,
    origin: '',
    createdAt: 0,
    tokenUsed: 0,
    callGeneration: 0,
    widgetGoneAt: null,
    leased: false,
  }
  await meter.reserve(session, 'call_0', 'call')
  // 6 s of speech (10 tokens a second), 9 s of answer (20 tokens a second); all but the newest turn is cached.
  const [speech, answer] = [60, 180]
  for (let n = 0; n < EXCHANGES; n++) {
    const before = n * (speech + answer)
    meter.record('call_0', {
      type: 'answer_ended',
      response: `resp_${n}`,
      outcome: 'completed',
      cause: undefined,
      items: [],
      audioMs: 9000,
      usage: {
        input: { text: 400, audio: before + speech, image: 0 },
        cached: { text: 400, audio: before, image: 0 },
        output: { text: 40, audio: answer },
        complete: true,
      },
    })
    await scheduler.wait(20) // its question is answered
  }
  const before = questions
  meter.close('call_0')
  await vi.waitUntil(() => questions > before)
  await ledger.release('call_0', null) // behind the other one
  // The only call of its day: the alarms of a ledger are its alone, and the row of its visitor is deleted at the end.
  const nextDay = Date.now() + 24 * 3600_000
  await runDurableObjectAlarm(ledger)
  vi.setSystemTime(nextDay)
  await runDurableObjectAlarm(ledger)
  vi.useRealTimers()
  await runInDurableObject(ledger, (_, { storage: { sql } }) => {
    expect(sql.exec('SELECT * FROM leases').toArray()).toEqual([])
    expect(sql.exec('SELECT * FROM visitors').toArray()).toEqual([])
  })
  return { questions, rows: (await rows()) - ROWS_OF_A_DAY }
}

/** Finished turns of the assistant; an interrupted one is told of more than once. */
const turns = (frames: ServerFrame[]) =>
  new Set(
    frames.flatMap((frame) =>
      frame.type === 'update' && frame.item.role === 'assistant' && frame.item.status !== 'in_progress'
        ? [frame.item.id]
        : [],
    ),
  ).size

it(`costs at most $${BUDGET_PER_1000} at Cloudflare for 1,000 sessions of five minutes`, async () => {
  const created = await createSession({ agent: 'tutor', call: BROKERED })
  if (created.handshake !== 'brokered') throw new Error('expected a call')
  const session = await countRows(env.SESSIONS.getByName(created.session))
  const widget = await connect(created.session, created.token)
  await widget.next(isUp, 'ready')
  const say = async (n: number) => {
    widget.send({ type: 'text', id: newId('txt_'), text: 'more' })
    await widget.until((frames) => turns(frames) === n, `answer ${n}`)
    await scheduler.wait(200) // the usage, so that the next turn does not interrupt
  }
  const before = await session()
  for (let n = 1; n <= MEASURED; n++) await say(n)
  const after = await session()
  await ask(`/v1/sessions/${created.session}/calls/${created.call}/end`, { method: 'POST', token: created.token })

  // A spoken turn has a placeholder before its words are known; a typed one has not.
  const items = EXCHANGES * ((after - before) / MEASURED + 1)
  const { questions, rows: money } = await ledgerOfOneCall()
  const watch = (SECONDS * 1000) / WATCH_EVERY_MS
  const rest = ROWS_OF_CREATION + before + ((await session()) - after)
  const rows = items + money + watch + rest
  const parts = {
    duration: SECONDS * OBJECT_GB * GB_SECOND * 1000,
    rows: rows * ROW_WRITTEN * 1000,
    // Of the session: created, opened, its socket, its end.
    requests: ((watch + 4 + questions) * OBJECT_REQUEST + WORKER_REQUESTS * WORKER_REQUEST) * 1000,
  }
  const sum = parts.duration + parts.rows + parts.requests
  const shown = Object.entries(parts).map(([name, usd]) => `${name} $${usd.toFixed(3)}`)
  console.log(
    `1,000 sessions of five minutes: $${sum.toFixed(3)} (${shown.join(', ')}); ` +
      `rows of one: ${rows} = items ${items}, watchdog ${watch}, ledger ${money} (asked ${questions} times), rest ${rest}`,
  )
  expect(after).toBeGreaterThan(before)
  expect(sum).toBeLessThanOrEqual(BUDGET_PER_1000)
})
