/** Phone calls from the first ring to the end, against the simulator. */
import { abortAllDurableObjects, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import * as v from 'valibot'
import { afterEach, describe, expect, inject, it, vi } from 'vitest'
import { endCall, transfer } from '../../../protocol/built-in-tools.ts'
import { pageTool } from '../../../protocol/page-tool.ts'
import { tool } from '../../../protocol/tool.ts'
import { PhoneRows } from '../../../worker/session/phone-rows.ts'
import { Vault } from '../../../worker/session/vault.ts'
import { fault } from '../support.ts'
import { CALLER, callIn, callRow, phoneCall, requestsAbout, sessionOf, sessionRow, switchboard } from './caller.ts'

const pollOptions = { timeout: 20_000 }
const heard = (phone: { items: Awaited<ReturnType<typeof phoneCall>>['items'] }, role: string) =>
  phone
    .items()
    .then((all) => all.filter((item) => item.role === role && item.status !== 'in_progress').map(({ text }) => text))

afterEach(async () => {
  await fault({ kind: 'clear' })
  vi.restoreAllMocks()
})

describe('a call that is taken', () => {
  it('is greeted, heard, written down and answered', async () => {
    const phone = await callIn(switchboard({}, { greeting: 'Harbour House, good day.' }))
    await phone.ready()
    await expect.poll(() => heard(phone, 'assistant'), pollOptions).toContain('Harbour House, good day.')
    await phone.say('what is the weather like today')
    await expect
      .poll(async () => (await heard(phone, 'user')).join(' ').toLowerCase(), pollOptions)
      .toContain('weather')
    await expect.poll(async () => (await heard(phone, 'assistant')).length, pollOptions).toBe(2)
    await phone.hangUp()
    await phone.ended('visitor')
    const stored = await phone.items()
    expect(stored.map(({ role, via, call }) => ({ role, via, call }))).toEqual(
      ['assistant', 'user', 'assistant'].map((role) => ({ role, via: 'voice', call: stored[0]?.call })),
    )
  })

  it('is sealed and masked: the number of the caller is in no row and no line of the log', async () => {
    const lines: string[] = []
    for (const how of ['log', 'error'] as const)
      vi.spyOn(console, how).mockImplementation((line) => void lines.push(String(line)))
    const phone = await callIn(switchboard())
    await phone.ready()
    await phone.hangUp()
    await phone.ended('visitor')
    const said = lines.join('\n')
    expect(said).toContain('+49•••••567')
    expect(said).not.toContain(CALLER.slice(1))
    expect((await sessionRow(phone.session))?.caller).toBe('+49•••••567')
    await runInDurableObject(phone.stub, (_, { id, storage: { sql } }) => {
      const tables = sql
        .exec("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'")
        .toArray()
      expect(tables.map(({ name }) => name)).toContain('phone')
      const vault = new Vault({ sql, owner: id.toString(), secrets: [env.PARLEY_SECRET] })
      expect(new PhoneRows(sql, vault).get()).toMatchObject({ from: CALLER })
      for (const { name } of tables)
        expect(JSON.stringify(sql.exec(`SELECT * FROM "${name}"`).toArray())).not.toContain(CALLER.slice(1))
    })
  })

  it('runs tools as on the website, but for those that need a page', async () => {
    const clock = tool({
      name: 'clock',
      description: 'Tells the time.',
      parameters: v.object({}),
      execute: () => 'noon',
    })
    const fill = pageTool({ name: 'fill', description: 'Fills a form.', parameters: v.object({}) })
    const pay = tool({
      name: 'pay',
      description: 'Pays.',
      parameters: v.object({}),
      confirm: true,
      execute: () => 'paid',
    })
    const phone = await callIn(switchboard({ tools: [clock, fill, pay] }))
    await phone.ready()
    const session = (await requestsAbout(phone.call, 'accept'))[0]?.session as { tools: { name: string }[] }
    expect(session.tools.map(({ name }) => name)).toEqual(['clock'])
    await phone.write('call the tool clock')
    await expect
      .poll(async () => (await heard(phone, 'assistant')).join(), pollOptions)
      .toContain('The tool clock said: ')
    expect((await phone.items()).filter(({ kind }) => kind === 'tool_result')).toMatchObject([
      { tool: { name: 'clock' } },
    ])
    await phone.hangUp()
    await phone.ended('visitor')
  })

  it('may ask an MCP server by itself, but for one that a visitor would have to allow', async () => {
    const url = inject('mcp').open
    const mcp = [
      { label: 'handbook', url, tools: ['find_page'], description: 'Pages.', approval: 'never' as const },
      { label: 'letters', url },
    ]
    const phone = await callIn(switchboard({ mcp }))
    await phone.ready()
    const session = (await requestsAbout(phone.call, 'accept'))[0]?.session as { tools: { server_label: string }[] }
    expect(session.tools.map(({ server_label }) => server_label)).toEqual(['handbook'])
    await phone.write('call the tool find_page with {"about": "tea"}')
    await expect.poll(async () => (await heard(phone, 'assistant')).join(), pollOptions).toContain('page 12, about tea')
    await phone.hangUp()
    await phone.ended('visitor')
  })

  it('takes keys as a turn of the caller: up to # or a pause', async () => {
    const phone = await callIn(switchboard())
    await phone.ready()
    await phone.press('12#')
    await expect
      .poll(() => heard(phone, 'assistant'), pollOptions)
      .toContain('You said: Keys pressed on the phone: 1 2 #')
    await phone.press('9')
    await expect.poll(() => heard(phone, 'user'), pollOptions).toContain('Keys pressed on the phone: 9')
    await phone.hangUp()
    await phone.ended('visitor')
  })

  it('is a new session for who calls again', async () => {
    const board = switchboard()
    const first = await callIn(board)
    const second = await callIn(board)
    expect(second.session).not.toBe(first.session)
    await Promise.all([first.ready(), second.ready()])
    await Promise.all([first.hangUp(), second.hangUp()])
    await Promise.all([first.ended('visitor'), second.ended('visitor')])
  })
})

describe('the end of a call', () => {
  it('by the assistant reaches the provider', async () => {
    const phone = await callIn(switchboard({ tools: [endCall()] }))
    await phone.ready()
    await phone.write('say goodbye and then call the tool end_call')
    await phone.ended('assistant')
    await expect.poll(() => requestsAbout(phone.call, 'hangup')).toMatchObject([{ status: 200 }])
    expect(await phone.state()).toMatchObject({ state: 'ended', end_reason: 'hangup' })
  })

  it('by its longest time comes before the provider’s, in a call that nobody can roll over', async () => {
    const phone = await callIn(switchboard({ limits: { callSeconds: 3600 } }))
    await phone.ready()
    expect((await sessionRow(phone.session))?.agent.limits.callSeconds).toBe(3540)
    const now = Date.now()
    vi.spyOn(Date, 'now').mockImplementation(() => now + 3_545_000)
    await runDurableObjectAlarm(phone.stub)
    vi.restoreAllMocks()
    await phone.ended('time_cap')
    await expect.poll(() => requestsAbout(phone.call, 'hangup')).toMatchObject([{ status: 200 }])
  })
})

describe('a transfer', () => {
  const desk = transfer({ to: [{ name: 'sales', when: 'The caller wants to buy.', number: '+493055501' }] })
  const WISH = 'say I connect you and then call the tool transfer with {"to":"sales"}'

  it('reaches the provider when what was said is heard, and ends the call', async () => {
    const phone = await callIn(switchboard({ tools: [desk] }))
    await phone.ready()
    await phone.write(WISH)
    await phone.ended('assistant')
    expect(await requestsAbout(phone.call, 'refer')).toMatchObject([{ status: 200, target_uri: 'tel:+493055501' }])
    expect((await phone.state()).referred_to).toEqual(['tel:+493055501'])
    const [said] = (await phone.items()).filter(({ role }) => role === 'assistant')
    expect(said).toMatchObject({ text: 'I connect you', status: 'completed' })
  })

  it('that the provider refuses is told to the assistant, and the call goes on', async () => {
    const phone = await callIn(switchboard({ tools: [desk] }))
    await phone.ready()
    await fault({ kind: 'fail_next', route: 'refer', status: 500 })
    await phone.write(WISH)
    await expect
      .poll(async () => (await heard(phone, 'assistant')).join(), pollOptions)
      .toContain('The transfer did not work')
    expect((await phone.row())?.state).toBe('live')
    await phone.hangUp()
    await phone.ended('visitor')
  })

  it('to somewhere else than the agent names cannot be asked for', async () => {
    const phone = await callIn(switchboard({ tools: [desk] }))
    await phone.ready()
    await phone.write('call the tool transfer with {"to":"+1900555"}')
    await expect
      .poll(async () => (await heard(phone, 'assistant')).join(), pollOptions)
      .toContain('The arguments do not fit')
    expect(await requestsAbout(phone.call, 'refer')).toEqual([])
    await phone.hangUp()
    await phone.ended('visitor')
  })
})

describe('a call that is turned down', () => {
  const outcome = async (board: ReturnType<typeof switchboard>, more: object = {}) => {
    const { call, webhook } = await board.ring(more)
    const response = await board.deliver(webhook)
    const again = await board.deliver(webhook)
    expect(await again.json(), 'told again').toEqual({ outcome: 'repeated' })
    expect(await requestsAbout(call, 'accept')).toEqual([])
    expect(await requestsAbout(call, 'reject')).toHaveLength(1)
    expect(await sessionRow(await sessionOf(call)), 'nothing is kept').toBeNull()
    return { call, status: response.status, ...((await response.json()) as object) }
  }
  const rejected = (sip_status: number) => ({ status: 200, outcome: 'rejected', sip_status })

  it('at a number that no agent answers', async () => {
    expect(await outcome(switchboard(), { to: '+4930999' })).toMatchObject(rejected(404))
  })

  it('out of hours', async () => {
    const day = (['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const)[(new Date().getUTCDay() + 3) % 7] ?? 'sun'
    const hours = { timeZone: 'UTC', open: [{ days: [day], from: '00:00', to: '24:00' }] }
    expect(await outcome(switchboard({}, { hours }))).toMatchObject(rejected(480))
  })

  it('over budget', async () => {
    expect(await outcome(switchboard({ limits: { dayUsd: 0.01 } }))).toMatchObject(rejected(503))
  })

  it('when as many talk as may', async () => {
    const board = switchboard({ limits: { concurrentCalls: 1 } })
    const first = await callIn(board)
    await first.ready()
    expect(await outcome(board)).toMatchObject(rejected(486))
    await first.hangUp()
    await first.ended('visitor')
  })

  it.each(['sessionsPerHour', 'visitorSessionsPerHour'] as const)(
    'when %s are used up: each is a session and a call',
    async (limit) => {
      const board = switchboard({ limits: { [limit]: 2 } })
      for (let calls = 0; calls < 2; calls++) {
        const phone = await callIn(board)
        await phone.ready()
        await phone.hangUp()
        await phone.ended('visitor')
      }
      expect(await outcome(board)).toMatchObject(rejected(486))
    },
  )

  it.each([429, 503])('is turned down with the next webhook where the provider was too busy: %i', async (status) => {
    const board = switchboard()
    const { call, webhook } = await board.ring({ to: '+4930997' })
    await fault({ kind: 'fail_next', route: 'reject', status })
    const failed = await board.deliver(webhook)
    expect([failed.status, ((await failed.json()) as { code: string }).code]).toEqual([503, 'provider_busy'])
    expect(await (await phoneCall(call)).state()).toMatchObject({ state: 'ringing' })
    expect(await (await board.deliver(webhook)).json()).toEqual({ outcome: 'rejected', sip_status: 404 })
    expect(await (await phoneCall(call)).state()).toMatchObject({ state: 'rejected', sip_status: 404 })
  })

  it('reaches the caller as a status of their network', async () => {
    const board = switchboard()
    const { call, webhook } = await board.ring({ to: '+4930998' })
    await board.deliver(webhook)
    expect(await (await phoneCall(call)).state()).toMatchObject({ state: 'rejected', sip_status: 404 })
  })
})

describe('a provider that fails', () => {
  it('to take the call: nothing is left of it, and told again it is tried again', async () => {
    const board = switchboard()
    const { call, webhook } = await board.ring()
    await fault({ kind: 'fail_next', route: 'accept', status: 503 })
    const failed = await board.deliver(webhook)
    expect([failed.status, ((await failed.json()) as { code: string }).code]).toEqual([503, 'provider_busy'])
    expect(await sessionRow(await sessionOf(call))).toBeNull()
    expect(await (await board.deliver(webhook)).json()).toEqual({ outcome: 'accepted' })
    const phone = await phoneCall(call)
    await phone.ready()
    await phone.hangUp()
    await phone.ended('visitor')
  })

  it('for good: the caller is told', async () => {
    const board = switchboard()
    const { call, webhook } = await board.ring()
    await fault({ kind: 'fail_next', route: 'accept', status: 400 })
    expect(await (await board.deliver(webhook)).json()).toEqual({ outcome: 'rejected', sip_status: 503 })
    expect(await (await phoneCall(call)).state()).toMatchObject({ state: 'rejected', sip_status: 503 })
    expect(await sessionRow(await sessionOf(call))).toBeNull()
  })
})

describe('a crash', () => {
  it('between the row and the answer of the provider: the call is taken up, once', async () => {
    const board = switchboard()
    const { call, webhook } = await board.ring()
    await fault({ kind: 'delay_next', route: 'accept', ms: 1500 })
    const lost = board.deliver(webhook).catch(() => null)
    const session = await sessionOf(call)
    await expect.poll(() => callRow(session), pollOptions).toMatchObject({ state: 'opening', ref: call })
    await abortAllDurableObjects()
    await lost
    expect(await (await board.deliver(webhook)).json()).toEqual({ outcome: 'repeated' })
    const phone = await phoneCall(call)
    await phone.ready()
    expect(await phone.state()).toMatchObject({ state: 'live' })
    await phone.say('are you still there')
    await expect.poll(async () => (await heard(phone, 'assistant')).length, pollOptions).toBeGreaterThan(0)
    await phone.hangUp()
    await phone.ended('visitor')
  })

  it('of a call whose caller has left meanwhile: it is ended, and hung up', async () => {
    const board = switchboard()
    const { call, webhook } = await board.ring()
    await fault({ kind: 'delay_next', route: 'accept', ms: 1000 })
    const lost = board.deliver(webhook).catch(() => null)
    const session = await sessionOf(call)
    await expect.poll(() => callRow(session), pollOptions).toMatchObject({ state: 'opening' })
    const phone = await phoneCall(call)
    await phone.hangUp()
    await abortAllDurableObjects()
    await lost
    await runDurableObjectAlarm(env.SESSIONS.getByName(session))
    await expect.poll(async () => (await callRow(session))?.state, pollOptions).toBe('ended')
  })

  it('in the middle: the conversation goes on in the same call', async () => {
    const phone = await callIn(switchboard())
    await phone.ready()
    await abortAllDurableObjects()
    await runDurableObjectAlarm(phone.stub)
    await phone.say('hello again')
    await expect
      .poll(async () => (await heard(phone, 'assistant')).join().toLowerCase(), pollOptions)
      .toContain('hello')
    await phone.hangUp()
    await phone.ended('visitor')
  })
})
