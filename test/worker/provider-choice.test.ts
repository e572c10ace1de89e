import { describe, expect, it } from 'vitest'
import { defineAgent } from '../../protocol/agent.ts'
import { providerFor } from '../../worker/provider/choose.ts'
import { requireProvider } from '../../worker/provider/settings.ts'
import { attachPauses } from '../../worker/session/line-pauses.ts'
import { brokerWith } from './agents.ts'

const agents = { shop: defineAgent({ name: 'A', instructions: 'Help.', origins: ['https://shop.example.com'] }) }
const base = { OPENAI_BASE_URL: 'https://res.openai.azure.com/openai/v1/', OPENAI_API_KEY: 'k' }
const DEPLOYMENTS = '{"gpt-realtime-2.1":"talk","gpt-transcribe":"write"}'
const agent = agents.shop
const plan = { agent, seeded: false, safetyId: 'safe' }

describe('the choice of a provider', () => {
  it('is OpenAI where nothing is said', () => {
    requireProvider(agents, base)
    expect(providerFor(base).control('rtc_1').headers).toEqual({ Authorization: 'Bearer k' })
  })

  it('stops the start for what nobody could use', () => {
    const start = (more: object) => () => requireProvider(agents, { ...base, ...more })
    expect(start({ PROVIDER: 'acme' })).toThrow('The variable PROVIDER is "acme". Known: openai, azure.')
    expect(start({ PROVIDER: 'constructor' })).toThrow('PROVIDER')
    expect(start({ PROVIDER: 'azure' })).toThrow(
      'The agent "shop" cannot be used. No deployment is named for "gpt-realtime-2.1"',
    )
    const azure = (AZURE_DEPLOYMENTS: string) => start({ PROVIDER: 'azure', AZURE_DEPLOYMENTS })
    expect(azure('{"gpt-realtime-2.1":"talk"}')).toThrow('No deployment is named for "gpt-transcribe"')
    expect(azure('{')).toThrow('not JSON')
    expect(azure('{"gpt-realtime-2.1":"../talk"}')).toThrow('must have the form')
    expect(azure(DEPLOYMENTS)).not.toThrow()
  })

  it('asks Azure by deployment, hides the configuration from the page, and says nothing of the visitor', async () => {
    const azure = providerFor({ ...base, PROVIDER: 'azure', AZURE_DEPLOYMENTS: DEPLOYMENTS })
    const { url, headers, body } = azure.openCall(plan, 'v=0')
    expect(url).toBe('https://res.openai.azure.com/openai/v1/realtime/calls?webrtcfilter=on')
    expect(headers).toEqual({ 'api-key': 'k', Accept: 'application/sdp' })
    const session = body instanceof FormData ? body.get('session') : null
    expect(JSON.parse(session instanceof Blob ? await session.text() : '{}')).toMatchObject({
      model: 'talk',
      audio: { input: { transcription: { model: 'write' } } },
    })
    expect(azure.openVoice(agent, 'safe')).toEqual({
      url: 'https://res.openai.azure.com/openai/v1/realtime?model=talk',
      headers: { 'api-key': 'k' },
    })
  })

  it.each(['/v1/realtime/calls/rtc_1', '/openai/v1/realtime/calls/rtc_1?x=/y', '/openai/v1/realtime?call_id=rtc_1'])(
    'finds the call in %s',
    async (location) => {
      const answer = new Response('v=0', { status: 201, headers: { Location: location } })
      expect(await providerFor(base).readOpen(answer)).toEqual({ ref: 'rtc_1', answerSdp: 'v=0' })
    },
  )

  it('takes no answer without a call in it', async () => {
    for (const headers of [new Headers(), new Headers({ Location: '/' })]) {
      const answer = new Response('v=0', { status: 201, headers })
      await expect(providerFor(base).readOpen(answer)).rejects.toThrow('no call id')
    }
  })
})

describe('what a provider can do', () => {
  it('decides what the widget is offered, and what it gets', async () => {
    const azure = { PROVIDER: 'azure', AZURE_DEPLOYMENTS: DEPLOYMENTS }
    for (const [variables, offered] of [
      [{}, 'ephemeral'],
      [azure, 'brokered'],
    ] as const) {
      const broker = brokerWith({}, { handshake: 'ephemeral' }, variables)
      const face = await broker.ask(`/v1/agents/${broker.id}`)
      expect(await face.json()).toMatchObject({ handshake: offered })
    }
    const broker = brokerWith({}, { handshake: 'ephemeral' }, azure)
    const asked = await broker.start({}, { transport: 'webrtc', handshake: 'ephemeral' })
    expect(asked.status).toBe(400)
    expect(await asked.text()).toContain('no \\"ephemeral\\" handshake')
  })

  it('decides how long its control socket is tried', () => {
    const waited = (lag: number) => attachPauses(false, lag).reduce((sum, pause) => sum + pause, 0)
    expect(attachPauses(false, 6000)).toEqual([50, 50, 50, 50, 100, 200, 400, 800, 1600, 2400])
    expect(waited(15_000)).toBeGreaterThan(12_000)
    for (const lag of [0, 120, 6000, 15_000]) expect(waited(lag)).toBeLessThanOrEqual(lag)
    expect(attachPauses(true, 6000)).toEqual([250])
  })
})
