import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ParleyError } from '../../../protocol/errors.ts'
import { newId } from '../../../protocol/ids.ts'
import { BROKER_TIMEOUT_MS, createBroker } from '../../../widget/client/broker.ts'
import { systemClock } from '../../../widget/clock.ts'

const link = { session: newId('ses_'), token: 'very-secret' }

function brokerThat(answer: (url: string, init: RequestInit) => Promise<Response>) {
  return createBroker({ fetch: (url, init = {}) => answer(url, init), clock: systemClock }, 'https://voice.test')
}

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

describe('answers', () => {
  it('are checked; what does not fit is an internal error without the content', async () => {
    const broker = brokerThat(async () => Response.json({ session: link.session, token: 17, handshake: 'none' }))
    const error = await broker.createSession({ agent: 'concierge' }).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ name: 'BrokerError', code: 'internal' })
    expect(JSON.stringify(error) + String(error)).not.toContain(link.session)
  })

  it('of problem documents become their code', async () => {
    const problem = new ParleyError('token_superseded').toProblem()
    const broker = brokerThat(async () => Response.json(problem, { status: 401 }))
    await expect(broker.transcript(link)).rejects.toMatchObject({ code: 'token_superseded' })
  })

  it.each([
    [
      'a code of a newer broker',
      () => Response.json({ type: '', title: '', status: 418, code: 'teapot' }, { status: 418 }),
      'internal',
    ],
    ['a proxy that fails', () => new Response('<html>Bad gateway</html>', { status: 502 }), 'broker_unreachable'],
    ['a captive portal', () => new Response('<html>Log in</html>', { status: 200 }), 'internal'],
    [
      'a code from the prototype',
      () => Response.json({ type: '', title: '', status: 400, code: 'toString' }, { status: 400 }),
      'internal',
    ],
  ])('%s', async (_, makeResponse, code) => {
    const broker = brokerThat(async () => makeResponse())
    await expect(broker.face('concierge')).rejects.toMatchObject({ code })
  })

  it('that never come are given up, and the request is stopped', async () => {
    let stopped = false
    const broker = brokerThat((_, init) => {
      init.signal?.addEventListener('abort', () => {
        stopped = true
      })
      return new Promise(() => {})
    })
    const asked = expect(broker.face('concierge')).rejects.toMatchObject({ code: 'broker_unreachable' })
    await vi.advanceTimersByTimeAsync(BROKER_TIMEOUT_MS)
    await asked
    expect(stopped).toBe(true)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('that do come leave no timer', async () => {
    const broker = brokerThat(async () => new Response(null, { status: 204 }))
    await broker.erase(link)
    await vi.advanceTimersByTimeAsync(0)
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('a start', () => {
  const made = { session: link.session, token: 't', handshake: 'none' }

  function keysOf(answers: (() => Promise<Response>)[]) {
    const keys: (string | null)[] = []
    const broker = brokerThat(async (_, init) => {
      keys.push(new Headers(init.headers).get('Idempotency-Key'))
      const answer = answers[keys.length - 1]
      if (!answer) throw new Error('asked too often')
      return answer()
    })
    return { keys, broker }
  }
  const broken = () => Promise.reject(new TypeError('network'))
  const answered = () => Promise.resolve(Response.json(made))
  const busy = () =>
    Promise.resolve(Response.json(new ParleyError('idempotency_in_flight').toProblem(), { status: 409 }))

  it('has a key of its own', async () => {
    const { keys, broker } = keysOf([answered, answered])
    await broker.createSession({ agent: 'concierge' })
    await broker.createSession({ agent: 'concierge' })
    expect(new Set(keys).size).toBe(2)
    for (const key of keys) expect(key).toMatch(/^key_\w{22}$/)
  })

  it('whose connection broke is repeated once with the same key, and waits for an answer that is being made', async () => {
    const { keys, broker } = keysOf([broken, busy, busy, answered])
    const asked = broker.createSession({ agent: 'concierge' })
    await vi.advanceTimersByTimeAsync(2500)
    await expect(asked).resolves.toEqual(made)
    expect(keys).toHaveLength(4)
    expect(new Set(keys).size).toBe(1)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('whose connection broke twice is given up', async () => {
    const { keys, broker } = keysOf([broken, broken])
    const asked = expect(broker.createSession({ agent: 'concierge' })).rejects.toMatchObject({
      code: 'broker_unreachable',
    })
    await vi.advanceTimersByTimeAsync(500)
    await asked
    expect(keys).toHaveLength(2)
  })

  it('that was refused is not repeated', async () => {
    const { keys, broker } = keysOf([
      () => Promise.resolve(Response.json(new ParleyError('rate_limited').toProblem(), { status: 429 })),
    ])
    await expect(broker.createSession({ agent: 'concierge' })).rejects.toMatchObject({ code: 'rate_limited' })
    expect(keys).toHaveLength(1)
  })

  it('carries no key where nothing is made', async () => {
    const { keys, broker } = keysOf([() => Promise.resolve(new Response(null, { status: 204 }))])
    await broker.erase(link)
    expect(keys).toEqual([null])
  })
})

describe('requests', () => {
  it('carry the token in the header only, and the paths of the API', async () => {
    const seen: { url: string; init: RequestInit }[] = []
    const broker = brokerThat(async (url, init) => {
      seen.push({ url, init })
      return new Response(null, { status: 204 })
    })
    await broker.endCall(link, 'call_1', true)
    expect(seen[0]?.url).toBe(`https://voice.test/v1/sessions/${link.session}/calls/call_1/end`)
    expect(seen[0]?.init).toMatchObject({ method: 'POST', keepalive: true })
    expect(new Headers(seen[0]?.init.headers).get('Authorization')).toBe('Bearer very-secret')
    expect(seen[0]?.url).not.toContain('secret')
  })

  it('turn the address into one for WebSockets', () => {
    const broker = brokerThat(async () => new Response())
    expect(broker.eventsUrl('ses_1', 12)).toBe('wss://voice.test/v1/sessions/ses_1/events?after=12')
  })
})
