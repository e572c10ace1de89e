import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { defineAgent } from '../../protocol/agent.ts'
import { refusedTarget } from '../../protocol/target.ts'
import { webhookTool } from '../../protocol/webhook-tool.ts'

const REFUSED = `
http://api.shop.example.com/tool
ftp://api.shop.com/
file:///etc/passwd
data:application/json,{}
javascript:alert(1)
wss://api.shop.com/
//api.shop.com/
/relative
api.shop.com
https://
https://api.shop.com:8443/
https://api.shop.com:22/
https://api.shop.com:80/
https://user@api.shop.com/
https://user:password@api.shop.com/
https://api.shop.com@127.0.0.1/
https://127.0.0.1/
https://127.1/
https://127.0.0.1./
https://0.0.0.0/
https://0/
https://10.0.0.1/
https://172.16.0.1/
https://192.168.1.1/
https://169.254.169.254/latest/meta-data/
https://100.64.0.1/
https://198.18.0.1/
https://224.0.0.1/
https://255.255.255.255/
https://8.8.8.8/
https://0177.0.0.1/
https://0x7f.0.0.1/
https://0x7f000001/
https://2130706433/
https://017700000001/
https://①②⑦.⓪.⓪.①/
https://127。0。0。1/
https://[::1]/
https://[::]/
https://[fe80::1]/
https://[fc00::1]/
https://[fd00:ec2::254]/
https://[::ffff:127.0.0.1]/
https://[::ffff:7f00:1]/
https://[64:ff9b::7f00:1]/
https://[2002:7f00:1::]/
https://[2606:4700::1111]/
https://localhost/
https://LOCALHOST/
https://localhost./
https://app.localhost/
https://localhost.localdomain/
https://printer.local/
https://db.internal/
https://metadata.google.internal/computeMetadata/v1/
https://metadata.google.com/
https://intranet/
https://wiki.corp/
https://nas.home/
https://router.lan/
https://1.0.0.127.in-addr.arpa/
https://box.home.arpa/
https://shop.test/
https://shop.example/
https://shop.invalid/
https://hidden.onion/
https://127.0.0.1.nip.io/
https://10-0-0-1.sslip.io/
https://app.10.0.0.1.xip.io/
https://localtest.me/
https://anything.lvh.me/
`
  .trim()
  .split('\n')

const FINE = [
  'https://api.shop.com/tool',
  'https://api.shop.com:443/tool?x=1',
  'https://API.SHOP.COM/',
  'https://api.shop.com./',
  'https://xn--bcher-kva.de/',
  'https://bücher.de/',
  'https://10.example.com/',
  'https://localhost.shop.com/',
  'https://internal.shop.com/',
]

describe('targets of requests', () => {
  it('are more than forty bad ones here', () => {
    expect(new Set(REFUSED).size).toBeGreaterThanOrEqual(40)
  })

  it.each(REFUSED)('%s is refused', (address) => {
    expect(refusedTarget(address)).toEqual(expect.any(String))
    expect(() => tool(address)).toThrow(/url: /)
    expect(() => agent(address)).toThrow(/events\.url: /)
    expect(() => asksMcp(address)).toThrow(/mcp\.0\.url: /)
  })

  it.each(FINE)('%s is fine', (address) => {
    expect(refusedTarget(address)).toBeNull()
    expect(() => tool(address)).not.toThrow()
    expect(() => agent(address)).not.toThrow()
    expect(() => asksMcp(address)).not.toThrow()
  })

  it('are excepted by their exact origin only, and never with a password', () => {
    const exceptions = ['http://localhost:4000']
    expect(refusedTarget('http://localhost:4000/x', exceptions)).toBeNull()
    expect(refusedTarget('http://localhost:4001/x', exceptions)).not.toBeNull()
    expect(refusedTarget('https://localhost:4000/x', exceptions)).not.toBeNull()
    expect(refusedTarget('http://a:b@localhost:4000/x', exceptions)).not.toBeNull()
    expect(refusedTarget('http://localhost:4000/x', [''])).not.toBeNull()
  })
})

it('a webhook tool names a secret of its own kind', () => {
  expect(() => tool('https://api.shop.com/', 'OPENAI_API_KEY')).toThrow(/secretName: /)
})

it('events are signed with a secret of their own kind', () => {
  expect(() => agent('https://api.shop.com/', 'TOOL_SHOP')).toThrow(/events\.secret: /)
  expect(() => agent('https://api.shop.com/', 'PARLEY_SECRET')).toThrow(/events\.secret: /)
})

function agent(url: string, secret = 'EVENTS_SHOP') {
  return defineAgent({ name: 'A', instructions: 'B', origins: ['*'], events: { url, secret } })
}

function asksMcp(url: string) {
  return defineAgent({ name: 'A', instructions: 'B', origins: ['*'], mcp: [{ label: 'handbook', url }] })
}

function tool(url: string, secretName = 'TOOL_SHOP') {
  return webhookTool({ name: 'a', description: 'A.', parameters: v.object({}), url, secretName })
}
