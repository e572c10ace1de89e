/** One data point for each call that is over: by real calls into workerd's own dataset, and into one that shows what it got. */
import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createLog } from '../../../worker/log.ts'
import { DataPoints, type EndedCall } from '../../../worker/records/data-points.ts'
import { ask, fault } from '../support.ts'
import { converse, discardAll, type Way } from '../tools/lab.ts'

/** The binding may be missing in a deployment. */
const { ANALYTICS }: Env = env
const SAID = 'my name is Robin Redbreast'

afterEach(async () => {
  vi.restoreAllMocks()
  await discardAll()
})

/** What workerd's dataset is given meanwhile. */
function recorder() {
  if (!ANALYTICS) throw new Error('vitest.config.ts binds none')
  const write = vi.spyOn(Object.getPrototypeOf(ANALYTICS), 'writeDataPoint')
  return { ofAgent: (id: string) => write.mock.calls.flatMap(([point]) => (isOf(point, id) ? [point] : [])) }
}

function isOf(point: unknown, agent: string): point is Required<AnalyticsEngineDataPoint> {
  return typeof point === 'object' && point !== null && JSON.stringify(point).includes(agent)
}

describe('a call that is over', () => {
  it.each(['voice', 'relay'] satisfies Way[])('by %s: one point, without words', async (way) => {
    const { ofAgent } = recorder()
    const talk = await converse([], way)
    talk.say(SAID)
    await talk.hear((text) => text.includes('Robin'), 'an answer')
    const { call, token } = talk
    for (let times = 0; times < 2; times++) {
      await ask(`/v1/sessions/${talk.session}/calls/${call}/end`, { method: 'POST', token })
    }
    await vi.waitUntil(() => ofAgent(talk.agentId).length > 0)
    const [point, ...more] = ofAgent(talk.agentId)
    expect(more).toEqual([])
    expect(point?.indexes).toEqual([talk.agentId])
    expect(point?.blobs).toEqual(['visitor', way === 'voice' ? 'webrtc' : 'relay', '', 'gpt-realtime-2.1'])
    const [seconds, usd, turns, tools, interruptions, reconnects, connectMs] = point?.doubles ?? []
    expect({ turns, tools, reconnects }).toEqual({ turns: 1, tools: 0, reconnects: 0 })
    expect(interruptions).toBeLessThanOrEqual(1)
    for (const some of [seconds, usd, connectMs]) expect(some).toBeGreaterThan(0)
    expect(Number(connectMs) / 1000).toBeLessThanOrEqual(Number(seconds))
    expect(JSON.stringify(point)).not.toMatch(/Robin|ses_|call_|example/)
  })

  it('and one for each call after a broken connection', async () => {
    const { ofAgent } = recorder()
    const talk = await converse([])
    await fault({ kind: 'drop_call' })
    await vi.waitUntil(() => ofAgent(talk.agentId).length === 1)
    await talk.dial()
    await ask(`/v1/sessions/${talk.session}/calls/${talk.call}/end`, { method: 'POST', token: talk.token })
    await vi.waitUntil(() => ofAgent(talk.agentId).length === 2)
    const points = ofAgent(talk.agentId)
    expect(points.map(({ blobs }) => blobs[0])).toEqual(['dropped', 'visitor'])
    expect(points.map(({ doubles }) => doubles[5])).toEqual([0, 1])
  })
})

describe('a dataset', () => {
  const call: EndedCall = {
    ...{ agent: 'shop', reason: 'visitor', path: 'phone', region: 'EU', model: 'm', seconds: 1.5, usd: 0.02 },
    ...{ turns: 3, tools: 2, interruptions: 1, reconnects: 4, connectMs: 700 },
  }

  it('gets the columns in the order of docs/console.md', () => {
    const writeDataPoint = vi.fn()
    const points = new DataPoints({ writeDataPoint }, createLog())
    points.callEnded(call)
    expect(writeDataPoint.mock.calls).toEqual([
      [{ indexes: ['shop'], blobs: ['visitor', 'phone', 'EU', 'm'], doubles: [1.5, 0.02, 3, 2, 1, 4, 700] }],
    ])
    expect(points.areWanted).toBe(true)
  })

  it('of workerd takes such a point', () => {
    expect(() => new DataPoints(ANALYTICS, createLog()).callEnded(call)).not.toThrow()
  })

  it('that throws ends no call otherwise, and one that is not there is not missed', () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    const writeDataPoint = () => {
      throw new TypeError('too long')
    }
    new DataPoints({ writeDataPoint }, createLog()).callEnded(call)
    expect(log.mock.calls.join()).toContain('"code":"data_point_failed"')
    const none = new DataPoints(undefined, createLog())
    none.callEnded(call)
    expect(none.areWanted).toBe(false)
  })
})
