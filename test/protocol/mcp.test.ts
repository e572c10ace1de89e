import { describe, expect, it } from 'vitest'
import { type AgentInput, defineAgent } from '../../protocol/agent.ts'

type Server = NonNullable<AgentInput['mcp']>[number]
const agent = (mcp: Server[], more: Partial<AgentInput> = {}) =>
  defineAgent({ name: 'A', instructions: 'Help.', origins: ['https://shop.example.com'], mcp, ...more })
const server = (more: Partial<Server> = {}): Server => ({ label: 'handbook', url: 'https://mcp.shop.de/mcp', ...more })

describe('an MCP server of an agent', () => {
  it('asks the visitor unless it is said otherwise', () => {
    expect(agent([server()]).mcp).toEqual([{ ...server(), approval: 'always' }])
    expect(agent([server({ approval: { never: ['find'] } })]).mcp[0]?.approval).toEqual({ never: ['find'] })
    expect(agent([]).mcp).toEqual([])
  })

  it('has a secret only where no page shares the call', () => {
    const secret = server({ secretName: 'MCP_HANDBOOK' })
    expect(() => agent([secret])).toThrow("needs `transport: 'relay'`")
    expect(() => agent([secret], { transport: 'webrtc' })).toThrow("needs `transport: 'relay'`")
    expect(agent([secret], { transport: 'relay' }).mcp[0]?.secretName).toBe('MCP_HANDBOOK')
    expect(() => agent([server({ secretName: 'PARLEY_SECRET' })], { transport: 'relay' })).toThrow('MCP_HANDBOOK')
  })

  it.each([
    ['https://10.0.0.1/mcp', 'a name, not an IP address'],
    ['https://metadata.google.com/', 'a public name'],
    ['http://mcp.shop.de/', 'https only'],
    ['https://user:secret@mcp.shop.de/', 'do not belong into an address'],
    ['mcp.shop.de', 'not an absolute URL'],
  ])('is not at %s', (url, why) => {
    expect(() => agent([server({ url })])).toThrow(why)
  })

  it('has a label of its own', () => {
    expect(() => agent([server(), server()])).toThrow('each label once')
    expect(() => agent([server({ label: 'my handbook' })])).toThrow('mcp.0.label')
  })

  it('has headers, whose values are names of secrets, only where no page shares the call', () => {
    const headers = { 'X-Api-Key': 'MCP_KEY', 'X-Tenant': 'MCP_TENANT' }
    expect(() => agent([server({ headers })])).toThrow("needs `transport: 'relay'`")
    expect(agent([server({ headers })], { transport: 'relay' }).mcp[0]?.headers).toEqual(headers)
  })

  it.each([
    [{ 'X-Api-Key': 'a-real-key' }, 'MCP_HANDBOOK'],
    [{ 'X-Api-Key': 'PARLEY_SECRET' }, 'MCP_HANDBOOK'],
    [{}, 'headers'],
    [{ 'X-Key': 'MCP_A', 'x-key': 'MCP_B' }, 'each header once'],
    [Object.fromEntries(Array.from({ length: 9 }, (_, n) => [`X-${n}`, 'MCP_A'])), 'headers'],
    [{ 'X Key': 'MCP_A' }, 'the name of a header'],
    [{ 'X-Key\r\nHost': 'MCP_A' }, 'the name of a header'],
    [{ [`X-${'a'.repeat(63)}`]: 'MCP_A' }, 'the name of a header'],
    ...[
      ...['Authorization', 'Connection', 'TE', 'Transfer-Encoding', 'Upgrade', 'Host', 'Cookie', 'Content-Length'],
      ...['Keep-Alive', 'Proxy-Authorization', 'Sec-Fetch-Site', 'Mcp-Session-Id', 'Accept', 'X-Forwarded-For'],
    ].map((name) => [{ [name]: 'MCP_A' }, 'set by others'] as const),
  ] as const)('has no headers such as %j', (headers, why) => {
    expect(() => agent([server({ headers })], { transport: 'relay' })).toThrow(why)
  })
})
