import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AgentInput, defineAgent } from '../../protocol/agent.ts'
import { webhookTool } from '../../protocol/webhook-tool.ts'
import { diagnosis } from '../../scripts/lib/diagnosis.ts'
import { readWishes, variablesOf } from '../../scripts/lib/doctor-wishes.ts'
import { createSimulator, type Simulator } from '../../simulator/server.ts'
import { examine, type Finding, type Patient } from '../../worker/console/doctor.ts'

const TODAY = Date.parse('2026-11-21')
let simulator: Simulator

beforeAll(async () => {
  simulator = await createSimulator({ log: () => {} })
})
afterAll(() => simulator.close())

const agent = (more: Partial<AgentInput> = {}) =>
  defineAgent({ name: 'A', instructions: 'Help.', origins: ['https://shop.example.com'], ...more })

/** @param date what the provider's clock says */
function look(
  more: Partial<Patient> = {},
  { now = TODAY, date = new Date(now).toUTCString() } = {},
): Promise<Finding[]> {
  const patient = {
    ...{ agents: { shop: agent() }, variables: {}, isLocal: false, secrets: ['OPENAI_API_KEY', 'PARLEY_SECRET'] },
    ...{ provider: { OPENAI_BASE_URL: simulator.url, OPENAI_API_KEY: 'sk-test' }, ...more },
  }
  const ask = async (url: string, init: RequestInit) => {
    const { status, body, headers } = await fetch(url, init)
    return new Response(body, { status, headers: { ...Object.fromEntries(headers), date } })
  }
  return examine(patient, { fetch: ask, now: () => now })
}
const wrong = (findings: Finding[]) => findings.filter(({ state }) => state === 'wrong').map(({ what }) => what)
const warnings = (findings: Finding[]) => findings.filter(({ state }) => state === 'warning').map(({ what }) => what)

describe('the doctor', () => {
  it('finds nothing wrong with a good deployment', async () => {
    const findings = await look()
    expect([...wrong(findings), ...warnings(findings)]).toEqual([])
    expect(diagnosis(findings)).toMatch(/0 wrong, 0 to know of, \d+ good$/)
  })

  it('misses secrets by the names that agents use', async () => {
    const order = webhookTool({
      ...{ name: 'order', description: 'Asks the shop.', parameters: v.object({}) },
      ...{ url: 'https://shop.example.com/order', secretName: 'TOOL_ORDERS' },
    })
    const shop = agent({
      tools: [order],
      botCheck: { action: 'talk' },
      events: { url: 'https://shop.example.com/events', secret: 'EVENTS_SHOP' },
      identity: { keys: 'secret', secretName: 'IDENTITY_SHOP' },
      phone: { numbers: ['+4930123456'] },
    })
    const missing = ['PARLEY_SECRET', 'IDENTITY_SHOP', 'TURNSTILE_SECRET', 'EVENTS_SHOP']
    missing.push('OPENAI_WEBHOOK_SECRET', 'TOOL_ORDERS')
    const found = wrong(await look({ agents: { shop }, secrets: ['OPENAI_API_KEY'] }))
    expect(found.map((what) => /secret (\w+)/.exec(what)?.[1])).toEqual(missing)
    // Locally these two are not needed.
    expect(wrong(await look({ isLocal: true, secrets: [], provider: null }))).toEqual([])
  })

  it('knows what browsers do to a website without https', async () => {
    expect(wrong(await look({ agents: { shop: agent({ origins: ['http://shop.example.com'] }) } }))).toHaveLength(1)
    const everywhere = await look({ agents: { shop: agent({ origins: ['*'] }) } })
    expect(warnings(everywhere)).toEqual(['"shop" talks on every website.'])
    const extra = await look({ variables: { EXTRA_ORIGINS: 'http://localhost:1' } })
    expect(warnings(extra)).toEqual(['every agent (EXTRA_ORIGINS) talks on http://localhost:1, this machine.'])
  })

  it('knows an origin from what only looks like one', async () => {
    const EXTRA_ORIGINS = ' https://a.example.com , example.com,*,https://b.example.com/'
    const found = await look({ variables: { EXTRA_ORIGINS } })
    expect(wrong(found)).toEqual(
      ['example.com', '*', 'https://b.example.com/'].map(
        (origin) => `every agent (EXTRA_ORIGINS) talks on "${origin}", which is no origin of a website.`,
      ),
    )
    expect(found).toContainEqual({ state: 'good', what: 'every agent (EXTRA_ORIGINS) talks on https://a.example.com.' })
  })

  it('looks at what was deployed without what is in .dev.vars, and at one environment', () => {
    const vars = { PROVIDER: '', EXTRA_ORIGINS: '' }
    const devVars = { EXTRA_ORIGINS: 'http://localhost:5500' }
    const wishes = (...args: string[]) => readWishes(args)
    expect(variablesOf(wishes(), vars, devVars)).toEqual({ ...vars, ...devVars })
    expect(variablesOf(wishes('--deployed'), vars, devVars)).toEqual(vars)
    expect(wishes('--deployed', '--env', 'staging')).toEqual({ isLocal: false, env: 'staging' })
    expect(() => wishes('--deploy')).toThrow('--deploy')
  })

  it('tells of models without a price, unknown ones, and those that end', async () => {
    const found = await look({ agents: { shop: agent({ model: 'gpt-fantasy' }) } })
    expect(wrong(found)).toEqual([
      expect.stringContaining('gpt-fantasy'),
      expect.stringContaining('does not offer gpt-fantasy'),
    ])
    const old = { agents: { shop: agent({ model: 'gpt-realtime-mini' }) } }
    expect(warnings(await look(old))).toEqual(['"shop": gpt-realtime-mini ends on 2027-01-20, in 60 days.'])
    expect(wrong(await look(old, { now: Date.parse('2027-02-01') }))).toEqual([
      '"shop": gpt-realtime-mini was shut down on 2027-01-20.',
    ])
    expect(wrong(await look({ variables: { PRICES: '{' } }))).toEqual(['The variable PRICES is not JSON.'])
  })

  it('tells a wrong key from a provider that is not there, and never shows the key', async () => {
    const key = 'nobody-knows-this-one'
    const refused = await look({ provider: { OPENAI_BASE_URL: simulator.url, OPENAI_API_KEY: key } })
    expect(wrong(refused)).toEqual([expect.stringContaining('does not know the key')])
    const nobody = await look({ provider: { OPENAI_BASE_URL: 'http://127.0.0.1:1/v1', OPENAI_API_KEY: key } })
    expect(wrong(nobody)).toEqual([expect.stringContaining('could not be asked')])
    expect(diagnosis([...refused, ...nobody])).not.toContain(key)
    expect(warnings(await look({ provider: null }))).toEqual([expect.stringContaining('was not asked')])
  })

  it('notices a clock that is wrong', async () => {
    const date = new Date(TODAY - 90_000).toUTCString()
    expect(warnings(await look({}, { date }))).toEqual(['The clock of this machine is off by 90 s.'])
  })

  it('asks Azure with its key, by its names, and whether the deployments are there', async () => {
    const azure = await createSimulator({ dialect: 'azure', log: () => {} })
    const shop = agent({ model: 'gpt-realtime-mini' })
    const names = { 'gpt-realtime-mini': 'gpt-realtime-mini-deployed', 'gpt-transcribe': 'gpt-transcribe-deployed' }
    const lookAt = (deployments: Record<string, string>, OPENAI_API_KEY = 'A1'.repeat(21)) => {
      const variables = { PROVIDER: 'azure', AZURE_DEPLOYMENTS: JSON.stringify(deployments) }
      const provider = { ...variables, OPENAI_BASE_URL: azure.url, OPENAI_API_KEY }
      return look({ agents: { shop }, variables, provider })
    }
    try {
      const found = await lookAt(names)
      expect(wrong(found)).toEqual([])
      expect(warnings(found)).toEqual(['"shop": gpt-realtime-mini ends on 2027-01-20, in 60 days.'])
      expect(found.map(({ what }) => what)).toContain('"shop": its deployments take calls.')
      expect(wrong(await lookAt({ ...names, 'gpt-realtime-mini': 'gone' }))).toEqual([
        '"shop": its call would be refused (DeploymentNotFound).',
      ])
      expect(wrong(await lookAt({}))).toEqual([
        expect.stringContaining('No deployment is named for "gpt-realtime-mini"'),
      ])
      expect(wrong(await lookAt(names, 'sk-of-somebody-else'))).toEqual([
        expect.stringContaining('does not know the key'),
      ])
    } finally {
      await azure.close()
    }
  })

  it('does not ask a provider that nobody knows', async () => {
    expect(wrong(await look({ variables: { PROVIDER: 'acme' } }))).toEqual([
      'The variable PROVIDER is "acme". Known: openai, azure.',
    ])
  })
})
