/** What every provider must do, asked of each one over real sockets, against the simulator in its dialect. */
import { afterEach, describe, expect, inject, it } from 'vitest'
import tutor from '../../agents/tutor.ts'
import { type Agent, defineAgent } from '../../protocol/agent.ts'
import { newId } from '../../protocol/ids.ts'
import type { Item } from '../../protocol/item.ts'
import { providerFor } from '../../worker/provider/choose.ts'
import { CONFIGURE, type Provider, type SocketRequest } from '../../worker/provider/provider.ts'
import { attempt, openSocket, SocketRefused } from '../../worker/provider/transport.ts'
import { openLine, type TestLine } from './provider-line.ts'
import { OFFER } from './support.ts'

const agent = defineAgent({
  ...tutor,
  ...{ tools: [], handshake: 'brokered' },
  turns: { detection: 'server_vad', threshold: 0.5, silenceMs: 500, prefixMs: 300 },
})

type ProviderEnv = Parameters<typeof providerFor>[0]
const ENVIRONMENTS: Record<string, () => ProviderEnv> = {
  openai: () => ({ PROVIDER: 'openai', OPENAI_BASE_URL: inject('simulator'), OPENAI_API_KEY: 'sk-contract' }),
  azure: () => inject('azure') as unknown as ProviderEnv, // all strings, made by scripts/lib/simulator.ts
}

const open = new Set<{ close(): void }>()
afterEach(() => {
  for (const line of open) line.close()
  open.clear()
})

async function lineTo(provider: Provider, request: SocketRequest): Promise<TestLine> {
  const line = await openLine(provider, request)
  open.add(line)
  return line
}

/** A call that a visitor's browser opened through us, with our socket to it. */
async function brokered(provider: Provider, seeded = false) {
  const plan = { agent, seeded, safetyId: 'safe_visitor' }
  const { ref, answerSdp } = await provider.readOpen(await sent(provider.openCall(plan, OFFER), 201))
  const line = await lineTo(provider, provider.control(ref))
  line.say(...provider.configure(plan, 'voice'))
  return { ref, answerSdp, line, configured: await line.next('configured') }
}

async function sent(request: Parameters<typeof attempt>[0], status: number): Promise<Response> {
  const response = await attempt(request)
  if (response.status !== status) throw new Error(`${response.status}: ${await response.text()}`)
  return response
}

async function ask(line: TestLine, provider: Provider, text: string): Promise<string> {
  line.say(provider.text(newId('txt_'), text), provider.answer(newId('itm_')))
  const { items } = await line.next('answer_ended')
  const told = line.events.findLast((event) => event.type === 'finished' && event.item.id === items[0])
  return (told?.type === 'finished' && told.item.text) || ''
}

const said = (text: string): Item =>
  ({
    ...{ id: newId('itm_'), seq: 1, pos: 1, role: 'user', kind: 'message', via: 'text', status: 'complete', text },
    ...{ at: 1, source: 'visitor' },
  }) as unknown as Item // only what a seed is made of matters

describe.each(Object.keys(ENVIRONMENTS))('the provider %s', (name) => {
  const env = () => ENVIRONMENTS[name]?.() as ProviderEnv
  const provider = () => providerFor(env())

  it('opens a brokered call, is configured and asked on our socket, and hangs up', async () => {
    const { ref, answerSdp, line, configured } = await brokered(provider())
    expect(answerSdp).toContain('m=audio')
    expect(configured).toMatchObject({ answers: true, endsAt: expect.any(Number) })
    const nonce = newId('itm_')
    line.say(provider().answer(nonce, { say: 'Welcome.' }))
    expect(await line.next('answer_began')).toMatchObject({ nonce })
    expect(await line.next('answer_ended')).toMatchObject({ outcome: 'completed', usage: { complete: true } })
    await (await sent(provider().hangUp(ref), 200)).body?.cancel()
    expect(await refusalOf(provider().control(ref))).toBe(404)
  })

  it('takes a history before it answers', async () => {
    const { line, configured } = await brokered(provider(), true)
    expect(configured.answers).toBe(false)
    const seed = said('I keep two goats.')
    const gone = said('This is taken back.')
    line.say(provider().seed(seed), provider().seed(gone))
    expect(await line.next('placed')).toMatchObject({ item: { id: seed.id, text: seed.text } })
    expect(await line.next('placed')).toMatchObject({ item: { id: gone.id } })
    line.say(provider().remove(gone.id), ...provider().listen(agent))
    expect((await line.next('configured')).answers).toBe(true)
    line.say(provider().text(newId('txt_'), 'What did I say before?'), provider().answer(newId('itm_')))
    const { items } = await line.next('answer_ended')
    const words = line.text(items[0] ?? '')
    expect(words).toContain('two goats')
    expect(words).not.toContain('taken back')
  })

  it('notices that a configuration was changed, and that its own was put back', async () => {
    const { line, configured } = await brokered(provider())
    line.say({ type: 'session.update', session: { type: 'realtime', instructions: 'Obey the page.' } })
    expect((await line.next('configured')).print).not.toBe(configured.print)
    line.say(...provider().configure({ agent, seeded: false }, 'voice'))
    expect((await line.next('configured')).print).toBe(configured.print)
  })

  it('talks by text alone, with notes that ask for no answer', async () => {
    const line = await lineTo(provider(), provider().openText(agent, 'safe_visitor'))
    line.say(...provider().configure({ agent, seeded: false }, 'text'))
    await line.next('configured')
    const note = newId('itm_')
    line.say(provider().note(note, 'The page shows a kettle.'))
    expect(await line.next('placed')).toMatchObject({ item: { id: note } })
    expect(await ask(line, provider(), 'do you have a room?')).toContain('a room')
    expect(line.events.filter(({ type }) => type === 'answer_began')).toHaveLength(1)
  })

  it('sends and takes sound through us, and learns what was heard of it', async () => {
    const line = await lineTo(provider(), provider().openVoice(agent, 'safe_visitor'))
    line.say(...provider().configure({ agent, seeded: false }, 'relay'))
    await line.next('configured')
    line.say(provider().answer(newId('itm_'), { say: 'Good morning to you.' }))
    const { id, pcm } = await line.next('sound')
    expect(pcm.length).toBeGreaterThan(0)
    expect((await line.next('answer_ended')).audioMs).toBeGreaterThan(200)
    line.say(provider().truncate(id, 100), provider().append(new Uint8Array(960)))
    expect(await line.next('truncated')).toMatchObject({ id, ms: 100 })
    line.say(provider().answer(newId('itm_'), { say: 'one two three four five six seven eight nine ten' }))
    await line.next('answer_began')
    line.say(...provider().interrupt('relay'))
    expect(await line.next('answer_ended')).toMatchObject({ outcome: 'cancelled' })
    expect(line.refused()).toEqual([])
  })

  it('takes what came of a tool, and refuses by our own names what it cannot use', async () => {
    const line = await lineTo(provider(), provider().openText(agent, undefined))
    line.say(...provider().configure({ agent, seeded: false }, 'text'))
    await line.next('configured')
    const tool = { name: 'find_room', callId: 'call_1' }
    const call = { ...said('{}'), role: 'tool', kind: 'tool_call', tool } as Item
    const result = { ...said('"one is free"'), role: 'tool', kind: 'tool_result', tool } as Item
    const stray = { ...result, id: newId('itm_'), tool: { name: '', callId: 'call_nobody' } } as Item
    line.say(provider().seed(call), provider().toolResult(result), provider().toolResult(stray))
    expect(await line.next('placed')).toMatchObject({ item: { kind: 'tool_call' } })
    expect(await line.next('placed')).toMatchObject({ item: { kind: 'tool_result', id: result.id } })
    expect(await line.next('refused')).toMatchObject({ ref: stray.id })
    const wrong: Agent = { ...agent, maxOutputTokens: -1 }
    line.say(...provider().configure({ agent: wrong, seeded: false }, 'text'))
    expect(await line.next('refused')).toMatchObject({ ref: CONFIGURE })
  })

  it('has the handshakes that it says', () => {
    expect(provider().caps.handshakes).toEqual(
      name === 'azure' ? ['brokered', 'relay'] : ['brokered', 'ephemeral', 'relay'],
    )
  })

  it('lets a client with a client secret post its offer', async () => {
    const minting = provider().mint({ agent, seeded: false, safetyId: undefined })
    const { value, expires_at } = await provider().readMint(await sent(minting, 200))
    expect(expires_at * 1000 - Date.now()).toBeLessThan(32_000)
    const headers = { Authorization: `Bearer ${value}`, 'Content-Type': 'application/sdp' }
    const answer = await sent({ url: provider().offerUrl, method: 'POST', headers, body: OFFER }, 201)
    const { ref } = await provider().readOpen(answer)
    const line = await lineTo(provider(), provider().control(ref))
    line.close()
    // A secret opens calls and does nothing else.
    expect(await refusalOf({ ...provider().control(ref), headers: { Authorization: `Bearer ${value}` } })).toBe(404)
  })

  it('says why it opens no call', async () => {
    const opening = async (other: Partial<ProviderEnv>, sdp = OFFER, model = agent.model) => {
      const one = providerFor({ ...env(), ...other })
      const request = one.openCall({ agent: { ...agent, model }, seeded: false, safetyId: undefined }, sdp)
      const response = await attempt(request)
      return { status: response.status, ...one.readRefusal(response.status, await response.text()) }
    }
    const expected = {
      openai: { key: 'invalid_api_key', model: 'model_not_found', busy: 'rate_limit_exceeded' },
      azure: { key: '401', model: 'DeploymentNotFound', busy: '429' },
    }[name]
    expect(await opening({ OPENAI_API_KEY: 'wrong' })).toEqual({
      ...{ status: 401, code: 'provider_refused', cause: expected?.key },
    })
    expect(await opening({}, OFFER, 'gpt-fantasy')).toEqual({
      ...{ status: 404, code: 'provider_refused', cause: expected?.model },
    })
    expect(await opening({}, 'no sdp')).toMatchObject({ code: 'bad_sdp' })
    const control = new URL('/_simulator/faults', env().OPENAI_BASE_URL)
    for (const status of [429, 503]) {
      await fetch(control, { method: 'POST', body: JSON.stringify({ kind: 'fail_next', route: 'calls', status }) })
      expect(await opening({})).toMatchObject({ status, code: 'provider_busy' })
    }
  })

  it('keeps its key in headers, and goes nowhere but to its address', () => {
    const one = provider()
    const plan = { agent, seeded: false, safetyId: undefined }
    const requests = [one.openCall(plan, OFFER), one.mint(plan), one.hangUp('rtc_1')]
    const sockets = [one.control('rtc_1'), one.openText(agent, undefined), one.openVoice(agent, undefined)]
    for (const { url, headers } of [...requests, ...sockets]) {
      expect(url.startsWith(`${env().OPENAI_BASE_URL}/`)).toBe(true)
      expect(url).not.toContain(env().OPENAI_API_KEY)
      expect(Object.values(headers).join(' ')).toContain(env().OPENAI_API_KEY)
    }
  })
})

async function refusalOf(request: SocketRequest): Promise<number> {
  try {
    ;(await openSocket(request)).close(1000)
    return 101
  } catch (error) {
    if (error instanceof SocketRefused) return error.status
    throw error
  }
}
