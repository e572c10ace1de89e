import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { newId } from '../../../protocol/ids.ts'
import { ROUTES, type Route } from '../../../protocol/routes.ts'
import { type Broker, createBroker } from '../../../widget/client/broker.ts'
import { systemClock } from '../../../widget/clock.ts'

const SDP = 'v=0\r\nm=audio 9 x\r\nm=application 9 x\r\n'
const link = { session: newId('ses_'), token: 'a-token' }
const call = newId('call_')

/** Each function of the client, with the route that it is for. */
const ASKS: Record<keyof Broker, { route: string; ask: (broker: Broker) => unknown }> = {
  face: { route: 'agent', ask: (broker) => broker.face('concierge') },
  createSession: {
    route: 'createSession',
    ask: (broker) =>
      broker.createSession({ agent: 'tutor', call: { transport: 'webrtc', handshake: 'brokered', sdp: SDP } }),
  },
  createCall: {
    route: 'createCall',
    ask: (broker) => broker.createCall(link, { transport: 'webrtc', handshake: 'ephemeral' }),
  },
  reportCall: {
    route: 'reportCall',
    ask: (broker) => broker.reportCall(link, call, { provider_call_id: 'rtc_u0_abc' }),
  },
  endCall: { route: 'endCall', ask: (broker) => broker.endCall(link, call, true) },
  transcript: { route: 'transcript', ask: (broker) => broker.transcript(link, { after: '7', limit: 20 }) },
  rate: { route: 'rate', ask: (broker) => broker.rate(link, { score: 'bad' }) },
  erase: { route: 'eraseSession', ask: (broker) => broker.erase(link) },
  relayUrl: { route: 'relay', ask: (broker) => broker.relayUrl(link.session, call) },
  eventsUrl: { route: 'events', ask: (broker) => broker.eventsUrl(link.session, 3) },
}

interface Asked {
  method: string
  url: URL
  headers: Headers
  body: unknown
}

/** What a function of the client asks for, by fetch or as the address of a socket. */
async function asked(ask: (broker: Broker) => unknown): Promise<Asked> {
  let seen: Asked | null = null
  const broker = createBroker(
    {
      clock: systemClock,
      fetch: async (input, { method = 'GET', headers, body } = {}) => {
        const json: unknown = typeof body === 'string' ? JSON.parse(body) : undefined
        seen = { method, url: new URL(input), headers: new Headers(headers), body: json }
        return new Response(null, { status: 204 })
      },
    },
    'https://voice.test',
  )
  const answer = ask(broker)
  if (typeof answer === 'string')
    return { method: 'GET', url: new URL(answer), headers: new Headers(), body: undefined }
  await Promise.resolve(answer).catch(() => undefined) // an empty answer does not fit every schema
  if (!seen) throw new Error('nothing was asked')
  return seen
}

/** The values of `{name}` in a path, or null when the path is not this route's. */
function paramsOf({ path }: Route, pathname: string): Record<string, string> | null {
  const pattern = path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')
  const match = new RegExp(`^${pattern}$`).exec(pathname)
  return match && { ...match.groups }
}

describe('the client asks only for what routes.ts has', () => {
  it.each(Object.entries(ASKS))('%s', async (_, { route: id, ask }) => {
    const route = ROUTES.find((known) => known.id === id)
    if (!route) throw new Error(`no route ${id}`)
    const { method, url, headers, body } = await asked(ask)
    expect(method).toBe(route.method)
    const params = paramsOf(route, url.pathname)
    expect(params).not.toBeNull()
    for (const [name, schema] of Object.entries(route.params)) v.parse(schema, params?.[name])
    const query = Object.fromEntries(url.searchParams)
    if (route.query) v.parse(route.query, query)
    else expect(query).toEqual({})
    if (route.body) v.parse(route.body, body)
    else expect(body).toBeUndefined()
    const isSocket = route.answer.status === 101 // its token is a subprotocol
    expect(headers.has('Authorization')).toBe(route.needs === 'token' && !isSocket)
  })
})
