/** Random requests for a route, made from what protocol/routes.ts says about it. */
import { Buffer } from 'node:buffer'
import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import type { Route } from '../../protocol/routes.ts'
import { fitting, jsonText, type Known } from './arbitrary.ts'
import { PHONE_SECRET } from './phone/caller.ts'
import { ADMIN_TOKEN, BROKER, EPHEMERAL, OFFER, ORIGIN } from './support.ts'
import type { Victim } from './victim.ts'

/** `$token` and the like stand for the victim's, who may be another one each time: see `toRequest`. */
export interface RandomRequest {
  method: string
  path: string
  headers: [string, string][]
  body: string | undefined
}

export function randomRequest(route: Route): fc.Arbitrary<RandomRequest> {
  const method = fc.oneof(
    { arbitrary: fc.constant(route.method as string), weight: 8 },
    { arbitrary: fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'), weight: 2 },
  )
  const body = route.body ? jsonText(route.body, known) : fc.option(fc.string({ unit: 'binary' }), { nil: undefined })
  return fc.record({ method, path: path(route), headers: headers(route), body }).map((random) => {
    const socket = random.headers.some(([name]) => name === 'Upgrade')
    return socket ? { ...random, method: 'GET' } : random // workerd makes a GET of it anyway
  })
}

const GOOD_BODIES: Readonly<Record<string, unknown>> = {
  createSession: { agent: 'tutor' },
  createCall: EPHEMERAL,
  reportCall: { provider_call_id: 'rtc_$session' },
  openaiWebhook: { type: 'batch.completed', id: 'evt_1' },
  reply: { name: 'Bea', text: 'It is on its way.' },
  consoleLogin: { token: ADMIN_TOKEN },
  consolePause: { paused: true },
}

/** The console is asked from its own page. */
function originFor({ path }: Route): string {
  return path.startsWith('/console') ? BROKER : ORIGIN
}

function tokenFor({ needs }: Route): string {
  return needs === 'owner' ? ADMIN_TOKEN : '$token'
}

function signatureOf(body: string): [string, string][] {
  const timestamp = String(Math.floor(Date.now() / 1000))
  const key = Buffer.from(PHONE_SECRET.slice('whsec_'.length), 'base64')
  const signature = createHmac('sha256', key).update(`wh_fuzz.${timestamp}.${body}`).digest('base64')
  return [
    ['webhook-id', 'wh_fuzz'],
    ['webhook-timestamp', timestamp],
    ['webhook-signature', `v1,${signature}`],
  ]
}

/** One that succeeds. */
export function goodRequest(route: Route): RandomRequest {
  const socket: [string, string][] = [
    ['Upgrade', 'websocket'],
    ['Sec-WebSocket-Protocol', 'parley.v1, token.$token'],
  ]
  const body = GOOD_BODIES[route.id]
  const isWebhook = route.id === 'openaiWebhook'
  return {
    method: route.method,
    path: route.path
      .replace('{session}', '$session')
      .replace('{call}', '$live')
      .replace('{agent}', 'tutor')
      .replace('{token}', '$reply')
      .replace('{item}', '$picture'),
    headers: [
      ['Origin', originFor(route)],
      ['Authorization', `Bearer ${tokenFor(route)}`],
      ...(route.answer.status === 101 ? socket : []),
      ...(isWebhook ? signatureOf(JSON.stringify(body)) : []),
    ],
    body: body === undefined ? undefined : JSON.stringify(body),
  }
}

export function toRequest(random: RandomRequest, victim: Victim): Request {
  const fill = (text: string) =>
    text
      .replaceAll('$token', victim.token)
      .replaceAll('$session', victim.session)
      .replaceAll('$live', victim.liveCall)
      .replaceAll('$ended', victim.endedCall)
      .replaceAll('$reply', victim.reply)
      .replaceAll('$picture', victim.picture)
      .replaceAll('$said', victim.said)
  const headers = new Headers()
  for (const [name, value] of random.headers) headers.append(name, fill(value))
  const bodyless = random.method === 'GET' || random.method === 'HEAD' || random.body === undefined
  return new Request(`https://broker.example${fill(random.path)}`, {
    method: random.method,
    headers,
    ...(bodyless ? {} : { body: fill(random.body ?? '') }),
  })
}

/** One line of the offer taken out, doubled or damaged. */
const offers = fc.oneof(
  fc.constant(OFFER),
  fc.tuple(fc.nat(), fc.constantFrom('drop', 'double', 'damage'), fc.string()).map(([at, how, text]) => {
    const lines = OFFER.split('\r\n')
    const n = at % lines.length
    const line = lines[n] ?? ''
    lines.splice(n, 1, ...(how === 'drop' ? [] : how === 'double' ? [line, line] : [`${line}${text}`]))
    return lines.join('\r\n')
  }),
  fc.string({ unit: 'binary' }).map((text) => `v=0\r\nm=audio ${text}\r\nm=application ${text}\r\n`),
)

const known: Known = {
  agent: fc.constantFrom('tutor', 'concierge', 'nobody', 'constructor'),
  sdp: offers,
  token: fc.constantFrom(ADMIN_TOKEN, `${ADMIN_TOKEN}x`, ''),
  paused: fc.boolean(),
  provider_call_id: fc.oneof(fc.constant('rtc_$session'), fc.stringMatching(/^[A-Za-z0-9_-]{1,128}$/)),
}

const oddSegment = fc.oneof(
  fc.string({ unit: 'binary' }).map((text) => {
    try {
      return encodeURIComponent(text)
    } catch {
      return '%ED%A0%80' // half of a surrogate pair
    }
  }),
  fc.constantFrom('', '..', '%2e%2e', '%2F', '%00', '%', '%E0%A4%A', '*', ':session', 'x'.repeat(3000), '$session%20'),
)

function path(route: Route): fc.Arbitrary<string> {
  const segments = Object.entries(route.params).map(([name, schema]) => {
    const real = {
      session: ['$session'],
      call: ['$live', '$ended'],
      agent: ['tutor', 'concierge', 'constructor'],
      token: ['$reply', '$replyA', '$token'],
      item: ['$picture', '$said'],
    }[name]
    return fc.oneof(
      { arbitrary: fc.constantFrom(...(real ?? [])), weight: 8 },
      { arbitrary: fitting(schema), weight: 1 },
      { arbitrary: oddSegment, weight: 1 },
    )
  })
  const number = fc.oneof(
    fc.nat(600).map(String),
    fc.constantFrom('-1', '1.5', '1e-7', '0x10', 'NaN', '', '9'.repeat(30)),
  )
  const text = fc.string({ unit: 'binary' }).map((raw) => encodeURIComponent(raw.toWellFormed()))
  const pair = fc.tuple(
    fc.constantFrom('after', 'limit', 'token', '__proto__', 'agent', 'before', 'minUsd', 'range'),
    fc.oneof(number, number, text),
  )
  const query = fc
    .array(pair, { maxLength: 3 })
    .map((pairs) => pairs.map(([name, value]) => `${name}=${value}`).join('&'))
  return fc.tuple(fc.tuple(...segments), query).map(([values, search]) => {
    let n = 0
    const filled = route.path.replace(/\{\w+\}/g, () => String(values[n++]))
    return search ? `${filled}?${search}` : filled
  })
}

/** Whatever may stand in a header. Not beyond ASCII: workerd writes a warning for each, so they have a test of their own. */
const oddValue = fc.oneof(
  fc.array(fc.integer({ min: 0x21, max: 0x7e }), { maxLength: 40 }).map((codes) => String.fromCharCode(...codes)),
  fc.constantFrom('', 'x'.repeat(9000), 'null', '*'),
)

function headers(route: Route): fc.Arbitrary<[string, string][]> {
  const origin = fc.oneof(
    { arbitrary: fc.constant<string[]>([originFor(route)]), weight: 8 },
    { arbitrary: fc.constant<string[]>([]), weight: 1 },
    {
      arbitrary: fc.constantFrom(
        ...[[`${ORIGIN}/`], [ORIGIN.toUpperCase()], ['https://evil.example'], [ORIGIN, 'https://evil.example']],
      ),
      weight: 2,
    },
    { arbitrary: oddValue.map((value) => [value]), weight: 1 },
  )
  const bearer = fc.oneof(
    { arbitrary: fc.constant([`Bearer ${tokenFor(route)}`]), weight: ['token', 'owner'].includes(route.needs) ? 8 : 1 },
    { arbitrary: fc.constant([]), weight: 1 },
    {
      arbitrary: fc
        .constantFrom(
          ...[
            'Bearer $tokenx',
            'Bearer $session.2.x',
            'Bearer $session.1.',
            'Basic $token',
            'Bearer  $token',
            '$token',
          ],
        )
        .map((value) => [value]),
      weight: 2,
    },
    { arbitrary: fc.constant(['Bearer $token', 'Bearer $token']), weight: 1 },
    { arbitrary: oddValue.map((value) => [`Bearer ${value}`]), weight: 1 },
  )
  const socket = fc.constantFrom<[string, string][]>(
    [],
    [['Upgrade', 'websocket']],
    [
      ['Upgrade', 'websocket'],
      ['Sec-WebSocket-Protocol', 'parley.v1, token.$token'],
    ],
    [
      ['Upgrade', 'WebSocket'],
      ['Sec-WebSocket-Protocol', 'token.$session.1.x,parley.v1,,'],
    ],
  )
  const more = fc.array(
    fc.tuple(
      fc.constantFrom('Idempotency-Key', 'Accept', 'Content-Type', 'X-HTTP-Method-Override', 'Cookie', 'Host'),
      fc.oneof(oddValue, fc.constantFrom('text/markdown', 'text/plain', 'application/json', 'DELETE')),
    ),
    { maxLength: 3 },
  )
  const all: fc.Arbitrary<[string, string][]>[] = [
    origin.map((values) => values.map((value) => ['Origin', value])),
    bearer.map((values) => values.map((value) => ['Authorization', value])),
    route.id === 'events'
      ? socket
      : fc.oneof({ arbitrary: fc.constant<[string, string][]>([]), weight: 9 }, { arbitrary: socket, weight: 1 }),
    more,
  ]
  return fc.tuple(...all).map((parts) => parts.flat())
}
