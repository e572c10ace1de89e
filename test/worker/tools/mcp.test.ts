/** MCP servers that the provider asks: real requests, approvals of the visitor, and what the transcript knows of it. */
import { abortAllDurableObjects, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, inject, it, vi } from 'vitest'
import tutor from '../../../agents/tutor.ts'
import { type AgentInput, defineAgent } from '../../../protocol/agent.ts'
import type { ServerFrame } from '../../../protocol/frames.ts'
import { providerFor } from '../../../worker/provider/choose.ts'
import type { McpRequest } from '../../fixtures/mcp/server.ts'
import { providerRef, secondSocket } from '../inside.ts'
import { answers, ask, connect, fault, type Widget } from '../support.ts'
import { asked, calls, converse, discardAll, eventOf, refusals, results, type Way } from './lab.ts'

afterEach(discardAll)

type Server = NonNullable<AgentInput['mcp']>[number]
const handbook = (more: Partial<Server> = {}): Server => ({ label: 'handbook', url: inject('mcp').open, ...more })
const isQuestion = (frame: ServerFrame) => frame.type === 'confirm' && frame.ask !== null
const isClosed = (frame: ServerFrame) => frame.type === 'confirm' && frame.ask === null

/** A conversation whose provider has listed the tools. */
async function talk(server: Server, way: Way, more: Partial<AgentInput> = {}) {
  const conversation = await converse([], way, { mcp: [server], ...more })
  // A conversation by text has no line before something is written.
  if (way === 'text') conversation.say('hello')
  await vi.waitUntil(
    async () => (await conversation.journal()).some((entry) => eventOf(entry)?.type === 'mcp_list_tools.completed'),
    { timeout: 8000 },
  )
  if (way === 'text') await conversation.hear((text) => text.includes('hello'), 'an answer')
  return conversation
}

async function question(widget: Widget) {
  const frame = await widget.next(isQuestion, 'the question')
  if (frame.type !== 'confirm') throw new Error('no question')
  return frame
}

async function served(which: 'open' | 'closed', tool: string): Promise<McpRequest[]> {
  const response = await fetch(new URL('/requests', inject('mcp')[which]))
  const all = JSON.parse(new TextDecoder().decode(await response.arrayBuffer())) as McpRequest[]
  return all.filter((request) => request.tool === tool)
}

const kinds = (items: { kind: string }[]) => items.map(({ kind }) => kind)
const LETTER = 'call the tool send_letter with {"to": "Ada"}'

describe.each(['voice', 'relay', 'text'] satisfies Way[])('an MCP server, in a conversation by %s', (way) => {
  it('is asked by the provider, and spoken of', async () => {
    const { say, told, stored, widget, journal } = await talk(handbook({ approval: 'never' }), way)
    say('call the tool find_page with {"about": "tea"}')
    await told('find_page')
    const [call] = calls(await stored())
    const [result] = results(await stored())
    expect(call).toMatchObject({ text: '{"about": "tea"}', tool: { name: 'find_page', server: 'handbook' } })
    expect(result).toMatchObject({ text: '{"status":"success","result":"page 12, about tea"}', status: 'completed' })
    expect(call?.tool?.callId).toBe(result?.tool?.callId)
    // A page learns that there was a call, and not what about.
    const shown = widget.frames.flatMap((frame) => (frame.type === 'update' ? [frame.item] : []))
    expect(shown.filter(({ role }) => role === 'tool').map(({ text }) => text)).not.toContain('page 12')
    expect(kinds(await stored()).slice(-4)).toEqual(['message', 'tool_call', 'tool_result', 'message'])
    expect((await stored()).some(({ text }) => text === 'gap' || text === 'tampered')).toBe(false)
    expect(refusals(await journal()).filter((code) => code !== 'response_cancel_not_active')).toEqual([])
    // One for the question, one for the result, and for the greeting by text.
    expect(asked(await journal())).toHaveLength(way === 'text' ? 3 : 2)
  })

  it.each([true, false])('is asked only when the visitor agrees: %s', async (yes) => {
    const before = (await served('open', 'send_letter')).length
    const { say, hear, stored, widget, journal } = await talk(handbook(), way)
    say(LETTER)
    const { item, ask } = await question(widget)
    expect(ask).toEqual({ label: 'handbook: send letter', text: 'to: Ada' })
    expect(item).toBe(calls(await stored())[0]?.id)
    await new Promise((resume) => setTimeout(resume, 150))
    expect(await served('open', 'send_letter')).toHaveLength(before)
    widget.send({ type: 'confirm', item, yes })
    await hear((text) => text.includes(yes ? 'the letter is on its way' : 'not allowed'), 'what came of it')
    expect(await served('open', 'send_letter')).toHaveLength(before + (yes ? 1 : 0))
    const stores = await stored()
    expect(results(stores)).toHaveLength(1)
    expect(results(stores)[0]?.text).toContain(yes ? 'the letter is on its way' : 'said no')
    expect(stores.some(({ text }) => text === 'gap' || text === 'tampered')).toBe(false)
    // What is typed interrupts an answer that may just have ended.
    expect(refusals(await journal()).filter((code) => code !== 'response_cancel_not_active')).toEqual([])
    await widget.next(isClosed, 'the end of the question')
  })
})

describe('while the visitor is asked', () => {
  it('a reload asks again, and what is asked is sealed', async () => {
    const { say, widget, session, token } = await talk(handbook(), 'voice')
    say(LETTER)
    const { item } = await question(widget)
    const rows = await runInDurableObject(env.SESSIONS.getByName(session), (_, { storage: { sql } }) =>
      JSON.stringify([...sql.exec('SELECT * FROM tool_calls'), ...sql.exec('SELECT * FROM items')]),
    )
    expect(rows).not.toContain('Ada')
    widget.raw.close(1000)
    const again = await connect(session, token)
    expect((await question(again)).item).toBe(item)
    again.send({ type: 'confirm', item, yes: true })
    await again.until((frames) => answers(frames).some((text) => text.includes('on its way')), 'the result')
  })

  it('the object may die: the question stands, and the call goes on', async () => {
    const { say, widget, session, token } = await talk(handbook(), 'voice')
    say(LETTER)
    const { item } = await question(widget)
    await abortAllDurableObjects()
    const again = await connect(session, token)
    expect((await question(again)).item).toBe(item)
    again.send({ type: 'confirm', item, yes: true })
    await again.until((frames) => answers(frames).some((text) => text.includes('on its way')), 'the result')
  })

  it('a call that is over cannot be answered any more, and says so', async () => {
    const { say, widget, stored, dial, call } = await talk(handbook(), 'voice')
    say(LETTER)
    await question(widget)
    await fault({ kind: 'drop_call' })
    await widget.next(
      (frame) => frame.type === 'notice' && frame.code === 'call_ended' && frame.call === call,
      'the end of the call',
    )
    await dial()
    await widget.next(isClosed, 'the end of the question')
    expect(results(await stored())[0]?.text).toContain('interrupted')
  })

  it('a page cannot agree in the visitor\u2019s place without losing the call', async () => {
    const { say, widget, session, stored } = await talk(handbook(), 'voice')
    say(LETTER)
    const { item } = await question(widget)
    const page = await secondSocket(await providerRef(session))
    const response = { id: 'by_the_page', type: 'mcp_approval_response', approval_request_id: item, approve: true }
    page.send({ type: 'conversation.item.create', item: response })
    await widget.next(
      (frame) => frame.type === 'notice' && frame.code === 'call_ended' && frame.reason === 'tampered',
      'the end of the call',
    )
    expect((await stored()).at(-1)).toMatchObject({ kind: 'notice', text: 'tampered' })
  })
})

describe('what comes of it', () => {
  it.each([
    ['always_fails', /"status":"error","message":"the printer is on fire"/],
    ['talks_long', /^.{100,5000}$/],
  ])('of %s is kept within bounds', async (tool, text) => {
    const { say, stored } = await talk(handbook({ approval: 'never' }), 'relay')
    say(`call the tool ${tool}`)
    await vi.waitUntil(async () => results(await stored())[0]?.status === 'completed', { timeout: 8000 })
    expect(results(await stored())[0]?.text).toMatch(text)
  })

  it('is known to a later call', async () => {
    const { say, told, dial, journal } = await talk(handbook({ approval: 'never' }), 'voice')
    say('call the tool find_page with {"about": "tea"}')
    await told('find_page')
    const before = (await journal()).length
    await dial()
    const seeded = (await journal())
      .slice(before)
      .flatMap((entry) => (entry.direction === 'in' ? [eventOf(entry)?.item?.type] : []))
    expect(seeded).toEqual(expect.arrayContaining(['function_call', 'function_call_output']))
  })
})

describe('a credential', () => {
  const secret = { label: 'closed', secretName: 'MCP_TEST', approval: 'never' } as const

  it('is told where no page shares the call, and opens the server', async () => {
    const server = { ...secret, url: inject('mcp').closed }
    const { say, told, widget } = await talk(server, 'relay', { transport: 'relay' })
    say('call the tool find_page with {"about": "keys"}')
    await told('find_page')
    expect((await served('closed', 'find_page')).at(-1)?.authorization).toBe('Bearer the key of the handbook')
    expect(JSON.stringify(widget.frames)).not.toContain('the key of')
  })

  // No such agent has a call that a page shares (offered.test.ts). If it ever had one:
  it.each([
    ['in a token of its own', { secretName: 'MCP_TEST' }],
    ['in headers', { headers: { 'X-Tenant': 'MCP_TENANT' } }],
  ])('is not told where a page shares the call, nor is its server: %s', (_, kept) => {
    const server = handbook({ label: 'closed', approval: 'never', ...kept })
    const agent = defineAgent({ ...tutor, mcp: [server], transport: 'relay' })
    const told = (kind: 'voice' | 'relay') => JSON.stringify(providerFor(env).configure({ agent, seeded: false }, kind))
    expect(told('relay')).toMatch(/the (key|tenant) of the handbook/)
    expect(told('voice')).not.toMatch(/the (key|tenant) of the handbook|"server_label":"closed"/)
  })

  it.each(['relay', 'text'] satisfies Way[])(
    'may be in headers of its own, by %s, and no page sees them',
    async (way) => {
      const headers = { 'X-Tenant': 'MCP_TENANT', 'X-Api-Key': 'MCP_TEST' }
      const server = { ...secret, url: inject('mcp').closed, headers }
      const { say, told, widget, session, token } = await talk(server, way, { transport: 'relay', showTools: true })
      say('call the tool find_page with {"about": "tenants"}')
      await told('find_page')
      expect((await served('closed', 'find_page')).at(-1)?.headers).toMatchObject({
        authorization: 'Bearer the key of the handbook',
        'x-tenant': 'the tenant of the handbook',
        'x-api-key': 'the key of the handbook',
      })
      const transcript = await (await ask(`/v1/sessions/${session}/transcript`, { token })).text()
      const seen = JSON.stringify(widget.frames) + transcript
      expect(seen).toContain('tenants')
      for (const hidden of ['the tenant of', 'the key of', 'MCP_', 'X-Tenant']) expect(seen).not.toContain(hidden)
    },
  )

  it.each([
    ['that is not there leaves its server out', 'relay', 'MCP_NOWHERE'],
    ['that fits into no header leaves its server out', 'relay', 'MCP_BROKEN'],
  ] as const)('%s', async (_, way, name) => {
    const server = handbook({ label: 'closed', approval: 'never', headers: { 'X-Tenant': name } })
    const { say, hear, journal } = await converse([], way, { mcp: [server], transport: 'relay' })
    say('call the tool find_page')
    await hear((text) => text.includes('I do not have a tool called find_page'), 'that it has no such tool')
    const entries = JSON.stringify(await journal())
    expect(entries).not.toContain('the tenant of the handbook')
    expect(entries).not.toContain('"server_label":"closed"')
  })
})
