/** A session with everything that bad requests could harm: items, a live call, a call that has ended. */
import { listDurableObjectIds, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { newId } from '../../protocol/ids.ts'
import { issueReplyToken } from '../../worker/events/reply-token.ts'
import { LazyTable } from '../../worker/lazy-table.ts'
import { HAND_OVER_COLUMNS, HAND_OVERS, type HandOver } from '../../worker/session/hand-overs.ts'
import { ImageRows } from '../../worker/session/image-rows.ts'
import { type CallRow, Store } from '../../worker/session/store.ts'
import { Vault } from '../../worker/session/vault.ts'
import { jpeg } from '../fixtures/jpeg.ts'
import { ask, createSession } from './support.ts'

export interface Victim {
  session: string
  token: string
  liveCall: string
  endedCall: string
  /** Of a reply address: the conversation was handed over. */
  reply: string
  /** Items: a picture that is kept, and one without. */
  picture: string
  said: string
  /** What the provider would call the live one. It does not know it. */
  ref: string
}

export async function createVictim(): Promise<Victim> {
  const { session, token } = await createSession()
  const ref = `rtc_${session}`
  const calls = { liveCall: newId('call_'), endedCall: newId('call_') }
  const shown = { picture: newId('img_'), said: newId('itm_') }
  await ask(`/v1/sessions/${session}/transcript`, { token }) // the token was used before
  await runInDurableObject(env.SESSIONS.getByName(session), (_, state) => {
    const { sql } = state.storage
    const vault = new Vault({ sql, owner: state.id.toString(), secrets: [env.PARLEY_SECRET] })
    const store = new Store(sql, vault)
    store.saveCall(call(calls.endedCall, { generation: 1, state: 'ended', reason: 'visitor', endedAt: 2 }))
    store.saveCall(call(calls.liveCall, { generation: 2, state: 'live', ref, ready: true }))
    for (const [position, text] of ['who is there?', 'it is me'].entries()) {
      const role = position === 0 ? 'user' : 'assistant'
      const said = { role, kind: 'message', status: 'completed', via: 'voice', call: calls.endedCall } as const
      const id = position === 0 ? shown.said : newId('itm_')
      store.saveItem({ id, position: position + 1, text, at: 1, ...said })
    }
    const { picture } = shown
    const image = { width: 640, height: 480, kept: true } as const
    const typed = { role: 'user', kind: 'message', status: 'completed', via: 'text', call: null } as const
    store.saveItem({ id: picture, position: 3, text: '', at: 1, image, ...typed })
    new ImageRows(sql, vault).save({ item: picture, call: null, told: true, jpeg: jpeg().toBase64() })
  })
  const reply = await handOver(session)
  return { session, token, ...calls, ...shown, reply, ref }
}

/** Everything that is stored, as text. `items`: only what was said. */
export function rowsOf({ session }: Victim, tables: 'all' | 'items' = 'all'): Promise<string> {
  const read = tables === 'all' ? ['session', 'calls', 'items', 'hand_overs', 'images'] : ['items']
  return runInDurableObject(env.SESSIONS.getByName(session), (_, state) =>
    JSON.stringify(read.map((table) => state.storage.sql.exec(`SELECT * FROM ${table} ORDER BY 1`).toArray())),
  )
}

/** As the tool does, for an agent that has it. */
async function handOver(session: string): Promise<string> {
  const claims = { session, handOver: newId('hnd_'), expiresAt: Date.now() + 3_600_000 }
  await runInDurableObject(env.SESSIONS.getByName(session), (_, { storage: { sql } }) => {
    const { handOver: id, expiresAt } = claims
    const rows = new LazyTable(sql, HAND_OVERS, HAND_OVER_COLUMNS)
    rows.put(id, JSON.stringify({ id, callId: 'c', expiresAt, left: 1000 } satisfies HandOver))
  })
  // Its table was not there when the object began.
  return issueReplyToken(env.PARLEY_SECRET, claims)
}

export async function countSessions(): Promise<number> {
  return (await listDurableObjectIds(env.SESSIONS)).length
}

function call(id: string, more: Partial<CallRow> & Pick<CallRow, 'generation' | 'state'>): CallRow {
  return { id, ref: null, ready: false, startedAt: Date.now(), endedAt: null, reason: null, hangUpTries: 0, ...more }
}
