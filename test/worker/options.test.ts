/** What an agent's options become at the provider, in every way that a conversation is opened. */
import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, inject, it, vi } from 'vitest'
import type { AgentInput } from '../../protocol/agent.ts'
import { newId } from '../../protocol/ids.ts'
import { brokerWith } from './agents.ts'
import { providerRef, secondSocket } from './inside.ts'
import { BROKERED, connect, EPHEMERAL, isUp, journal, OFFER, RELAYED } from './support.ts'

type Json = Record<string, unknown>
const soon = (isTrue: () => Promise<boolean>) => vi.waitUntil(isTrue, { timeout: 5000, interval: 20 })

const begun: string[] = []
afterEach(async () => {
  for (const id of begun.splice(0)) await env.SESSIONS.getByName(id).discard()
})

/** Opens a conversation and answers the configurations that the provider had in force there, one after the other. */
async function configurations(way: 'brokered' | 'ephemeral' | 'relay' | 'text', more: Partial<AgentInput>) {
  // Nothing else in the journal has these instructions.
  const instructions = `Be kind. ${newId('itm_')}`
  const broker = brokerWith({}, { ...more, instructions, handshake: way === 'ephemeral' ? way : 'brokered' })
  const { n } = (await journal()).at(-1) ?? { n: 0 }
  if (way === 'text') {
    const { session, widget } = await broker.textSession()
    begun.push(session)
    widget.send({ type: 'text', id: newId('txt_'), text: 'hello' })
  } else {
    const call = { brokered: BROKERED, ephemeral: EPHEMERAL, relay: RELAYED }[way]
    const created = (await (await broker.start({}, call)).json()) as Opened
    begun.push(created.session)
    if (created.client_secret) await openWith(created.client_secret.value, created, broker)
    const widget = await connect(created.session, created.token)
    await widget.next(isUp, 'ready')
  }
  const told = async () =>
    (await journal(n)).flatMap(({ event }): Json[] => {
      const { type, session } = (event ?? {}) as { type?: string; session?: Json }
      return type === 'session.updated' && session?.instructions === instructions ? [session] : []
    })
  await soon(async () => (await told()).length > 0)
  return { told: await told(), instructions }
}

interface Opened {
  session: string
  token: string
  call: string
  client_secret?: { value: string }
}

/** What a widget does with a client secret. */
async function openWith(secret: string, { session, call, token }: Opened, { ask }: ReturnType<typeof brokerWith>) {
  const answer = await fetch(`${inject('simulator')}/realtime/calls`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${secret}`, 'Content-Type': 'application/sdp' },
    body: OFFER,
  })
  await answer.arrayBuffer()
  const provider_call_id = answer.headers.get('Location')?.split('/').pop()
  await ask(`/v1/sessions/${session}/calls/${call}`, { method: 'PUT', token, body: { provider_call_id } })
}

const TRUNCATED = { type: 'retention_ratio', retention_ratio: 0.5, token_limits: { post_instructions: 16_000 } }
const SPOKEN = ['brokered', 'ephemeral', 'relay'] as const

describe('the options of an agent', () => {
  it.each(SPOKEN)('reach the provider: %s', async (way) => {
    const { told } = await configurations(way, {
      model: 'gpt-realtime-2.1-mini',
      voice: 'sage',
      language: 'de',
      maxOutputTokens: 321,
      turns: { detection: 'semantic_vad', eagerness: 'low', noise: 'far_field' },
      truncation: { maxTokens: 12_000, retentionRatio: 0.7 },
    })
    for (const session of told) {
      expect(session).toMatchObject({
        model: 'gpt-realtime-2.1-mini',
        output_modalities: ['audio'],
        max_output_tokens: 321,
        truncation: { ...TRUNCATED, retention_ratio: 0.7, token_limits: { post_instructions: 12_000 } },
        audio: {
          input: {
            transcription: { model: 'gpt-transcribe', language: 'de' },
            noise_reduction: { type: 'far_field' },
            turn_detection: { type: 'semantic_vad', eagerness: 'low', create_response: true, interrupt_response: true },
          },
          output: { voice: 'sage' },
        },
      })
    }
  })

  it.each([...SPOKEN, 'text'] as const)('have safe defaults: %s', async (way) => {
    const { told } = await configurations(way, {})
    expect(told.at(-1)).toMatchObject({ model: 'gpt-realtime-2.1', max_output_tokens: 1024, truncation: TRUNCATED })
  })

  it('writing has the limits of speaking', async () => {
    const { told } = await configurations('text', { maxOutputTokens: 99, truncation: null })
    expect(told.at(-1)).toMatchObject({ output_modalities: ['text'], max_output_tokens: 99, truncation: 'auto' })
  })

  it('push to talk, and a microphone that is not cleaned', async () => {
    const { told } = await configurations('brokered', { turns: { detection: 'push_to_talk', noise: null } })
    expect(told.at(-1)).toMatchObject({ audio: { input: { turn_detection: null, noise_reduction: null } } })
  })

  it('are what a page that changes its call is put back to', async () => {
    const broker = brokerWith(
      {},
      { turns: { detection: 'semantic_vad', eagerness: 'high' }, truncation: { maxTokens: 20_000 } },
    )
    const { session, widget } = await broker.live()
    begun.push(session)
    const hostile = await secondSocket(await providerRef(session))
    const audio = { input: { turn_detection: { type: 'semantic_vad', eagerness: 'low' }, noise_reduction: null } }
    hostile.send({ type: 'session.update', session: { type: 'realtime', truncation: 'disabled', audio } })
    await soon(async () => hostile.configurations().length === 2)
    expect(hostile.configurations()[1]).toMatchObject({
      truncation: { type: 'retention_ratio', retention_ratio: 0.5, token_limits: { post_instructions: 20_000 } },
      audio: { input: { turn_detection: { eagerness: 'high' }, noise_reduction: { type: 'near_field' } } },
    })
    expect(widget.frames.some((frame) => frame.type === 'notice')).toBe(false)
  })
})
