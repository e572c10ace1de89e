/** Servers that the API asks by itself, against a real MCP server. */
import { afterEach, expect, test } from 'vitest'
import { startMcpServer, type TestMcpServer } from '../fixtures/mcp/server.ts'
import { type Client, connect, respond, say } from './support/client.ts'
import { testEngines } from './support/engines.ts'
import { start } from './support/run.ts'

const servers: TestMcpServer[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

async function handbook(tool: object = {}, key?: string) {
  const server = await startMcpServer(key)
  servers.push(server)
  const simulator = await start({ engines: testEngines() })
  const line = await connect(simulator, '?model=gpt-realtime-2.1')
  await line.next('session.created')
  const config = { type: 'mcp', server_label: 'handbook', server_url: server.url, ...tool }
  line.send({ type: 'session.update', session: { type: 'realtime', output_modalities: ['text'], tools: [config] } })
  await line.next('session.updated')
  return { server, line }
}

async function ask(line: Client, text: string) {
  line.send(say(text))
  line.send(respond())
  return (await line.next('response.done')).response as { output: { id: string; type: string }[] }
}

async function answer(line: Client): Promise<string> {
  line.send(respond())
  await line.next('response.done')
  return String((await line.next('response.output_text.done')).text)
}

const itemsOf = (line: Client, type: string) =>
  line.events.flatMap((event) => {
    const item = event.item as { type: string } | undefined
    return item?.type === type ? [`${event.type} ${(item as { status?: string }).status}`] : []
  })

test('lists the tools that are allowed, with its credential', async () => {
  const only = { allowed_tools: ['find_page'], authorization: 'secret-1' }
  const { server, line } = await handbook(only, 'secret-1')
  const { item_id } = await line.next('mcp_list_tools.completed')
  expect(line.events).toContainEqual(
    expect.objectContaining({
      type: 'conversation.item.done',
      item: expect.objectContaining({ id: item_id, tools: [expect.objectContaining({ name: 'find_page' })] }),
    }),
  )
  expect(server.requests.map(({ method }) => method)).toEqual(['initialize', 'notifications/initialized', 'tools/list'])
})

test('says when a server cannot be listed', async () => {
  const { line } = await handbook({}, 'secret-1')
  await line.next('mcp_list_tools.failed')
  expect((await ask(line, 'call the tool find_page')).output).toMatchObject([{ type: 'message' }])
})

test('runs a call when its response is done, and says nothing by itself', async () => {
  const { server, line } = await handbook({ require_approval: 'never' })
  await line.next('mcp_list_tools.completed')
  expect((await ask(line, 'call the tool find_page with {"about": "tea"}')).output).toMatchObject([
    { type: 'mcp_call' },
  ])
  await line.next('response.mcp_call.completed')
  const types = line.types()
  const order = ['response.mcp_call_arguments.done', 'response.done', 'response.mcp_call.in_progress']
  const at = order.map((type) => types.indexOf(type))
  expect(at).toEqual(at.toSorted((a, b) => a - b))
  expect(itemsOf(line, 'mcp_call').at(-1)).toBe('conversation.item.done completed')
  expect(server.requests.at(-1)).toMatchObject({ tool: 'find_page', args: { about: 'tea' } })
  await new Promise((resume) => setTimeout(resume, 100))
  expect(line.types().filter((type) => type === 'response.created')).toHaveLength(1)
  expect(await answer(line)).toBe('The tool find_page said: page 12, about tea')
})

test('asks first where that is required, and does what it is told', async () => {
  const { server, line } = await handbook({ require_approval: { never: { tool_names: ['find_page'] } } })
  await line.next('mcp_list_tools.completed')
  for (const approve of [false, true]) {
    const [request] = (await ask(line, 'call the tool send_letter')).output
    expect(request?.type).toBe('mcp_approval_request')
    expect(server.requests.filter(({ method }) => method === 'tools/call')).toEqual([])
    const id = `answer_${approve}`
    const item = { id, type: 'mcp_approval_response', approval_request_id: request?.id, approve }
    line.send({ type: 'conversation.item.create', item })
    if (approve) await line.next('response.mcp_call.completed')
    expect(await answer(line)).toBe(
      `The tool send_letter said: ${approve ? 'the letter is on its way' : 'not allowed'}`,
    )
  }
  expect(server.requests.filter(({ method }) => method === 'tools/call')).toHaveLength(1)
  const stray = { id: 'stray', type: 'mcp_approval_response', approval_request_id: 'item_nobody', approve: true }
  line.send({ type: 'conversation.item.create', event_id: 'mine', item: stray })
  expect(await line.next('error')).toMatchObject({ error: { event_id: 'mine', param: 'item.approval_request_id' } })
})

test('tells what went wrong at the server', async () => {
  const { line } = await handbook({ require_approval: 'never' })
  await line.next('mcp_list_tools.completed')
  await ask(line, 'call the tool always_fails')
  await line.next('response.mcp_call.failed')
  expect(line.events.at(-1)).toMatchObject({
    item: {
      type: 'mcp_call',
      output: null,
      error: { type: 'tool_execution_error', message: 'the printer is on fire' },
    },
  })
})

test('goes to no other machine', async () => {
  const { line } = await handbook({ server_url: 'http://192.0.2.1/mcp' })
  await line.next('mcp_list_tools.failed')
})
