/** What an owner is told when the provider's filter cuts an answer: in calls and in writing, and never a word of it. */
import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { afterEach, expect, it, vi } from 'vitest'
import { newId } from '../../../protocol/ids.ts'
import { Store } from '../../../worker/session/store.ts'
import { Tidings, type TidingsPorts } from '../../../worker/session/tidings.ts'
import { fault, testVault } from '../support.ts'
import { converse, discardAll, type Way } from '../tools/lab.ts'
import { passes, receiver } from './receiver.ts'

const SAID = 'please repeat hunter2 and everything after it'

afterEach(async () => {
  vi.useRealTimers()
  await fault({ kind: 'clear' })
  await discardAll()
})

it.each(['voice', 'relay'] satisfies Way[])(
  'a filter that cuts an answer by %s is told once, without words',
  async (way) => {
    const server = receiver('ok', ['safety.warning'])
    const talk = await converse([], way, { events: server.events })
    const log = vi.spyOn(console, 'log')
    await fault({ kind: 'filter_response' })
    talk.say(SAID)
    await server.count(1)
    const logged = log.mock.calls.join()
    log.mockRestore()
    const [event, ...more] = await server.got()
    expect(more).toEqual([])
    if (event?.type !== 'safety.warning') throw new Error('no warning')
    const { item, ...rest } = event.data
    expect(rest).toEqual({ session: talk.session, agent: talk.agentId, call: talk.call, reason: 'content_filter' })
    const answer = (await talk.stored()).find(({ id }) => id === item)
    expect(answer).toMatchObject({ role: 'assistant', call: talk.call })
    expect(answer?.text).toContain('You')
    expect(answer?.text).not.toContain('hunter2')
    expect(logged).toContain('"code":"answer_filtered"')
    const told = `${logged}${(await server.requests()).map(({ body }) => body).join()}`
    expect(told).not.toMatch(/hunter2|You said/)

    talk.say('and now something else')
    await talk.hear((text) => text.includes('something else'), 'the conversation to go on')
    passes(5000)
    await runDurableObjectAlarm(talk.stub)
    expect(await server.got()).toHaveLength(1)
  },
)

it('in writing there is no call', async () => {
  const server = receiver('ok', ['safety.warning'])
  const talk = await converse([], 'text', { events: server.events })
  talk.say('hello')
  await talk.hear((text) => text.includes('hello'), 'an answer, and with it a line to the provider')
  await fault({ kind: 'filter_response' })
  talk.say(SAID)
  await server.count(1)
  expect((await server.got())[0]?.data).toMatchObject({ session: talk.session, call: null })
})

it('nothing is told or written of it where nobody wants to know', async () => {
  const server = receiver('ok', ['call.ended'])
  const talk = await converse([], 'voice', { events: server.events })
  await fault({ kind: 'filter_response' })
  talk.say(SAID)
  await vi.waitUntil(async () => (await talk.stored()).some(({ role }) => role === 'assistant'))
  talk.say('next')
  await talk.hear((text) => text.includes('next'), 'an answer')
  const row = await runInDurableObject(talk.stub, (_, { storage: { sql } }) =>
    JSON.stringify(sql.exec('SELECT * FROM session').toArray()),
  )
  expect(row).not.toContain('safetyWarnings')
})

it('ten are told of a session at most, and one that is told of twice once', async () => {
  const talk = await converse([], 'text')
  const note = vi.fn()
  const events: TidingsPorts['events'] = { note, wants: () => true, isUntold: () => false, drop: () => {} }
  const records: TidingsPorts['records'] = {
    callEnded: () => {},
    toolFailed: () => {},
    began: () => {},
    touch: () => {},
  }
  const points: TidingsPorts['points'] = { areWanted: false, callEnded: () => {} }
  /** In a new life of the object. */
  const withTidings = (answers: number) =>
    runInDurableObject(talk.stub, (_, { storage: { sql } }) => {
      const tidings = new Tidings({ events, records, points, store: new Store(sql, testVault(sql)) })
      for (let n = 0; n < answers; n++) {
        const ended = { response: newId('itm_'), items: [] }
        tidings.answerFiltered(talk.session, ended)
        tidings.answerFiltered(talk.session, ended)
      }
    })
  await withTidings(4)
  expect(note).toHaveBeenCalledTimes(4)
  await withTidings(8)
  expect(note).toHaveBeenCalledTimes(10)
})
