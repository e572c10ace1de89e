/** Webhook tools against a real server, its signatures checked by the official library. */
import { Webhook } from 'standardwebhooks'
import * as v from 'valibot'
import { afterEach, describe, expect, inject, it, vi } from 'vitest'
import { newId } from '../../../protocol/ids.ts'
import { webhookTool } from '../../../protocol/webhook-tool.ts'
import { calls, converse, discardAll } from './lab.ts'

afterEach(discardAll)

interface Got {
  path: string
  headers: Record<string, string>
  body: string
}

const got = async (path: string) =>
  ((await (await fetch(`${inject('receiver')}/requests`)).json()) as Got[]).filter((one) => one.path === path)

/** A tool whose server answers at a path that nobody else uses. */
function orders(kind: string, more: { idempotent?: boolean; timeoutMs?: number; secretName?: string } = {}) {
  const path = `/${kind}/${newId('itm_')}`
  const spec = webhookTool({
    name: 'orders',
    description: 'Where an order is.',
    parameters: v.object({ order: v.optional(v.string(), 'none') }),
    url: `${inject('receiver')}${path}`,
    secretName: 'TOOL_TEST',
    ...more,
  })
  return { spec, path }
}

async function answerOf(spec: ReturnType<typeof webhookTool>) {
  const talk = await converse([spec], 'text')
  talk.say('call the tool orders with {"order": "A-17"}')
  return { talk, text: await talk.told('orders') }
}

describe('a webhook tool', () => {
  it('asks the server with a signature that the official library accepts', async () => {
    const { spec, path } = orders('ok')
    const { talk, text } = await answerOf(spec)
    expect(text).toBe('The tool orders said: {"status":"success","result":{"state":"shipped"}}')
    const [request, ...more] = await got(path)
    expect(more).toEqual([])
    const [call] = calls(await talk.stored())
    const webhook = new Webhook('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')
    expect(webhook.verify(request?.body ?? '', request?.headers ?? {})).toMatchObject({
      type: 'tool.call',
      data: {
        tool: 'orders',
        call: call?.tool?.callId,
        session: talk.session,
        agent: talk.agentId,
        person: null,
        arguments: { order: 'A-17' },
      },
    })
    expect(() => webhook.verify(`${request?.body} `, request?.headers ?? {})).toThrow()
    expect(request?.headers).toMatchObject({
      'content-type': 'application/json',
      'webhook-id': `msg_${call?.tool?.callId}`,
    })
    // Nothing of ours goes along.
    expect(JSON.stringify(request)).not.toMatch(/sk-worker-test|only tests know|authorization|cookie/i)
  })

  it('takes an answer without a body for nothing', async () => {
    expect((await answerOf(orders('empty').spec)).text).toContain('{"status":"success","result":null}')
  })

  it.each([
    ['redirect', 'WebhookStatus302'],
    ['refused', 'WebhookStatus403'],
    ['broken', 'WebhookStatus500'],
    ['text', 'WebhookAnswerNotJson'],
    ['huge', 'WebhookAnswerTooLarge'],
  ])('%s: an error, told to nobody but the log, and asked once', async (kind, cause) => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    const { spec, path } = orders(kind)
    const { talk, text } = await answerOf(spec)
    const lines = log.mock.calls.join()
    log.mockRestore()
    expect(text).toContain('The tool failed.')
    expect(lines).toContain(`"code":"tool_threw","session":"${talk.session}","tool":"orders","cause":"${cause}"`)
    expect(`${lines}${JSON.stringify(await talk.stored())}`).not.toContain('hunter2')
    expect(await got(path)).toHaveLength(1)
    expect(await got('/ok/by-redirect')).toEqual([])
  })

  it('is asked again only where that does no harm, under the same id', async () => {
    const { spec, path } = orders('flaky', { idempotent: true })
    expect((await answerOf(spec)).text).toContain('at last')
    const tries = await got(path)
    expect(tries).toHaveLength(2)
    expect(new Set(tries.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
    const refused = orders('refused', { idempotent: true })
    await answerOf(refused.spec)
    expect(await got(refused.path), 'what was refused stays refused').toHaveLength(1)
    const broken = orders('broken', { idempotent: true })
    await answerOf(broken.spec)
    expect(await got(broken.path)).toHaveLength(3)
  })

  it('has the time of every tool', async () => {
    const { spec, path } = orders('silent', { timeoutMs: 300, idempotent: true })
    expect((await answerOf(spec)).text).toContain('did not answer in time')
    expect(await got(path)).toHaveLength(1)
  })

  it('is not asked without its secret', async () => {
    const { spec, path } = orders('ok', { secretName: 'TOOL_MISSING' })
    expect((await answerOf(spec)).text).toContain('The tool failed.')
    expect(await got(path)).toEqual([])
  })

  it('may be a local server only where the deployment says so', async () => {
    const elsewhere = webhookTool({
      name: 'orders',
      description: 'Where an order is.',
      parameters: v.object({ order: v.string() }),
      url: 'http://localhost:9/ok',
      secretName: 'TOOL_TEST',
    })
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    expect((await answerOf(elsewhere)).text).toContain('The tool failed.')
    expect(log.mock.calls.join()).toContain('WebhookTargetRefused')
    log.mockRestore()
  })
})
