/** A call that is being asked for and has nothing to hang up is not written before it is answered for. */
import { abortAllDurableObjects, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it, vi } from 'vitest'
import { newId } from '../../protocol/ids.ts'
import type { Provider } from '../../worker/provider/provider.ts'
import { Calls } from '../../worker/session/calls.ts'
import { Store } from '../../worker/session/store.ts'
import { Vault } from '../../worker/session/vault.ts'
import { HandClock } from './relay/hand-clock.ts'
import { ask, BROKERED, createCall, createSession, EPHEMERAL, fault, journal } from './support.ts'

const hangUps = async (from: number) =>
  (await journal(from)).filter(({ path }) => String(path).endsWith('/hangup')).map(({ status }) => status)
const last = async () => (await journal()).at(-1)?.n ?? 0
const states = (session: string) =>
  runInDurableObject(env.SESSIONS.getByName(session), (_, { storage }) =>
    storage.sql
      .exec('SELECT state FROM calls')
      .toArray()
      .map(({ state }) => state),
  )
const asked = (from: number) =>
  vi.waitUntil(async () => (await journal(from)).some(({ path }) => path === '/v1/realtime/calls'), { timeout: 5000 })

/** The provider is asked for a call and takes its time. */
async function asking() {
  const { session, token } = await createSession()
  const from = await last()
  await fault({ kind: 'delay_next', route: 'calls', ms: 1000 })
  const answer = ask(`/v1/sessions/${session}/calls`, { method: 'POST', token, body: BROKERED })
  return { session, token, from, answer }
}

describe('a call that is asked for', () => {
  it('is no row before the provider has answered, and one that is watched over afterwards', async () => {
    const { session, answer } = await asking()
    expect(await states(session)).toEqual([])
    expect((await answer).status).toBe(201)
    expect(await states(session)).toEqual(['live'])
    const alarm = await runInDurableObject(env.SESSIONS.getByName(session), (_, { storage }) => storage.getAlarm())
    expect(alarm).toBeLessThanOrEqual(Date.now() + 30_000)
  })

  it('is hung up when the object has forgotten it', async () => {
    const { session, from, answer } = await asking()
    await asked(from)
    await abortAllDurableObjects()
    expect((await answer).status).toBeGreaterThanOrEqual(400)
    await vi.waitUntil(async () => (await hangUps(from)).length === 1, { timeout: 5000 })
    expect(await states(session)).not.toContain('live')
  })

  it('is hung up also by an object that began anew meanwhile', async () => {
    const { session } = await createSession()
    const from = await last()
    const taken = await env.SESSIONS.getByName(session).callAnswered(
      newId('call_'),
      { ref: 'rtc_forgotten' },
      undefined,
    )
    expect(taken).toMatchObject({ ok: false, code: 'call_superseded' })
    await vi.waitUntil(async () => (await hangUps(from)).length === 1, { timeout: 5000 })
    expect(await states(session)).toEqual(['ended']) // 404: it is gone
  })

  it('is hung up when everything was erased meanwhile', async () => {
    const { session, token, from, answer } = await asking()
    await asked(from)
    expect((await ask(`/v1/sessions/${session}`, { method: 'DELETE', token })).status).toBe(204)
    expect((await answer).status).toBe(404)
    expect(await hangUps(from)).toEqual([200])
  })

  it('is a row when the widget was given what it opens it with', async () => {
    const { session, token } = await createSession()
    const { call, token: next } = await createCall(session, token, EPHEMERAL)
    await abortAllDurableObjects()
    expect(await states(session)).toEqual(['opening'])
    const body = { provider_call_id: 'rtc_unheard_of' }
    const report = await ask(`/v1/sessions/${session}/calls/${call}`, { method: 'PUT', token: next, body })
    expect(report.status).toBe(204)
  })
})

/** Calls of a session that nobody else looks at, in a time that only the test moves. */
async function withCalls(run: (calls: Calls, store: Store, clock: HandClock) => Promise<void>) {
  const { session } = await createSession()
  await runInDurableObject(env.SESSIONS.getByName(session), async (_, { id, storage: { sql } }) => {
    const store = new Store(sql, new Vault({ sql, owner: id.toString(), secrets: [env.PARLEY_SECRET] }))
    const clock = new HandClock()
    const nothing = () => {}
    const provider = {} as Provider // never asked: no call of these exists there
    const log = { info: nothing, error: nothing, with: () => log }
    await run(new Calls({ store, provider, clock, log, send: nothing, onEnded: nothing }), store, clock)
  })
}

describe('a call that nobody answers for', () => {
  it('is given up after a minute', () =>
    withCalls(async (calls, store, clock) => {
      const session = store.session()
      if (!session) throw new Error('no session')
      const id = newId('call_')
      expect(await calls.begin(session, id)).toEqual({ isWritten: false })
      clock.pass(59_999)
      expect(store.currentCall()).toMatchObject({ id, state: 'opening' })
      clock.pass(1)
      expect(store.call(id)).toMatchObject({ state: 'ended', reason: 'dropped' })
      expect(store.session()?.callGeneration).toBe(1)
    }))

  it('hangs up whatever lives, also when writing failed in the middle of the start before', () =>
    withCalls(async (calls, store) => {
      const session = store.session()
      if (!session) throw new Error('no session')
      const [first, second, third] = [newId('call_'), newId('call_'), newId('call_')]
      await calls.begin(session, first)
      calls.relayed(first)
      const save = store.saveCall.bind(store)
      store.saveCall = (call) => {
        if (call.id === first) throw new Error('the disk is full')
        save(call)
      }
      await expect(calls.begin(store.session() ?? session, second)).rejects.toThrow('full')
      store.saveCall = save
      await calls.begin(store.session() ?? session, third)
      expect([first, second, third].map((id) => store.call(id)?.state)).toEqual(['ended', 'ended', 'opening'])
    }))

  it('is found by its session as if it were written', () =>
    withCalls(async (calls, store) => {
      const session = store.session()
      if (!session) throw new Error('no session')
      const [id, next] = [newId('call_'), newId('call_')]
      await calls.begin(session, id)
      expect(store.firstCall()?.id).toBe(id)
      expect(store.callsAfter(0).map((call) => call.id)).toEqual([id])
      expect(store.lastActivity()).toBe(store.session()?.createdAt)
      // A newer one has something to end, and so is written at once.
      expect(await calls.begin(store.session() ?? session, next)).toEqual({ isWritten: true })
      expect(store.call(id)).toMatchObject({ generation: 1, state: 'ended', reason: 'superseded' })
      expect(store.currentCall()).toMatchObject({ id: next, generation: 2, state: 'opening' })
    }))
})
