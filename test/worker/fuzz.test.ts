import { runInDurableObject } from 'cloudflare:test'
import { env, exports } from 'cloudflare:workers'
import fc from 'fast-check'
import * as v from 'valibot'
import { afterEach, describe, expect, inject, it, vi } from 'vitest'
import { TranscriptSchema } from '../../protocol/api.ts'
import { ERRORS, type ErrorCode, ProblemSchema } from '../../protocol/errors.ts'
import { type ClientFrame, ClientFrameSchema, MAX_FRAMES_PER_SECOND } from '../../protocol/frames.ts'
import { newId } from '../../protocol/ids.ts'
import { EVERYWHERE, NO_ROUTE, ROUTES, type Route } from '../../protocol/routes.ts'
import { readFrame } from '../../worker/session/sockets.ts'
import { jsonText } from './arbitrary.ts'
import { goodRequest, randomRequest, toRequest } from './random-request.ts'
import { ask, connect, createSession } from './support.ts'
import { countSessions, createVictim, rowsOf, type Victim } from './victim.ts'

const seed = inject('seed')
const RUNS = 150
/** Longest time for one route (ms), whatever the machine. */
const TIME = 2_500

/**
 * Refusals after which something has changed, and must: a call that was reported too late is noted and hung up; an
 * offer that only the provider could judge has taken the place of the older call.
 */
const NOTED: readonly ErrorCode[] = ['call_superseded', 'bad_sdp']

afterEach(() => {
  vi.restoreAllMocks()
})

describe('random requests', () => {
  it.each(['Authorization', 'Origin', 'Idempotency-Key'])('%s may be beyond ASCII', async (name) => {
    const { victim, rows } = await newTarget()
    const request = new Request(`https://broker.example/v1/sessions/${victim.session}`, { method: 'DELETE' })
    request.headers.set(name, 'Bearer ключ é')
    expect((await exports.default.fetch(request)).status).toBe(401)
    expect(await rowsOf(victim)).toBe(rows)
  })

  it.each(ROUTES)('$method $path: never a 5xx, nothing changed by a 4xx', { timeout: 30_000 }, async (route) => {
    const statuses = new Set<number>()
    const provider = vi.spyOn(globalThis, 'fetch')
    /** Only what was seen to be unchanged is used again. */
    let unchanged: Target | null = null
    const property = fc.asyncProperty(randomRequest(route), async (random) => {
      const target = unchanged ?? (await newTarget())
      const { victim } = target
      unchanged = null
      provider.mockClear()
      const response = await exports.default.fetch(toRequest(random, victim))
      if (random.method !== 'OPTIONS') statuses.add(response.status)
      const code = response.status < 400 ? null : await readRefusal(route, random.method, response)
      if (code === null) {
        await checkAnswer(route, random.method, response)
        if (route.id === 'consolePause')
          for (const id of ['tutor', 'concierge']) await env.LEDGERS.getByName(id).pause(false)
        if (mayChange(response.status, random.method)) return
      } else if (NOTED.includes(code)) {
        expect(await rowsOf(victim, 'items')).toBe(target.items)
        expect(await rowsOf(victim)).toContain(victim.ref) // else nobody could hang it up
        return
      }
      expect(provider.mock.calls.map(([url]) => String(url)).filter((url) => concerns(victim, url))).toEqual([])
      expect(await rowsOf(victim)).toBe(target.rows)
      // An owner may ask for any id. Everybody else shows a token of it first.
      if (route.needs !== 'owner') expect(await countSessions()).toBe(target.sessions)
      unchanged = target
    })
    await fc.assert(property, {
      seed,
      numRuns: RUNS,
      interruptAfterTimeLimit: TIME,
      examples: [[goodRequest(route)]],
    })
    // Both ways were tried: else the random requests say nothing about this route.
    // Nobody signs identities here: those routes are shown to answer in admission/identity tests.
    // Nor is there a relayed call to be joined: that is shown in relay/ tests.
    if (route.needs !== 'identity' && route.id !== 'relay') expect([...statuses]).toContain(route.answer.status)
    expect([...statuses].some((status) => status >= 400)).toBe(true)
  })
})

describe('random frames', () => {
  it('are answered one by one and never kill the session', { timeout: 30_000 }, async () => {
    const { session, token } = await createSession()
    const object = () => runInDurableObject(env.SESSIONS.getByName(session), (instance) => instance)
    const first = await object()
    const typed = new Set<string>()
    await fc.assert(
      fc.asyncProperty(fc.array(randomFrame, { maxLength: MAX_FRAMES_PER_SECOND - 1 }), async (frames) => {
        const widget = await connect(session, token)
        for (const frame of frames) widget.raw.send(frame)
        const probe = newId('txt_')
        widget.send({ type: 'text', id: probe, text: probe })
        await widget.next((frame) => frame.type === 'ack' && frame.id === probe, 'the answer to the last frame')
        const meant = frames.flatMap((frame) => meaning(frame) ?? [])
        const texts = meant.flatMap((frame) => (frame.type === 'text' ? [frame] : []))
        for (const { text } of [...texts, { text: probe }]) typed.add(text)
        // Nobody was asked anything, no tool of the page was called, and this agent takes no pictures.
        const answers = meant.filter(({ type }) => ['confirm', 'page_result', 'page_failed', 'image'].includes(type))
        const refused = frames.length - meant.length + answers.length
        expect(widget.frames.filter(({ type }) => type === 'error')).toHaveLength(refused)
        expect(widget.frames.filter(({ type }) => type === 'ack')).toHaveLength(texts.length + 1)
        widget.raw.close(1000)
      }),
      { seed, numRuns: 40, interruptAfterTimeLimit: 6_000 },
    )
    expect(await object()).toBe(first)
    const { items } = v.parse(
      TranscriptSchema,
      await (await ask(`/v1/sessions/${session}/transcript`, { token })).json(),
    )
    const said = items.filter(({ role }) => role === 'user').map(({ text }) => text)
    expect(said.filter((text) => !typed.has(text))).toEqual([])
    expect(said.length).toBeGreaterThan(0)
  })
})

/** Mostly frames that nearly fit; few that the provider would be asked to answer. */
const randomFrame: fc.Arbitrary<string | ArrayBuffer> = fc.oneof(
  { arbitrary: jsonText(ClientFrameSchema), weight: 8 },
  { arbitrary: fc.uint8Array({ maxLength: 50 }).map((bytes) => bytes.slice().buffer as ArrayBuffer), weight: 1 },
  { arbitrary: fc.constantFrom('x'.repeat(200_000), '{"type":"welcome"}', 'PING', '0'), weight: 1 },
)

/** What a frame says, if anything. */
function meaning(frame: string | ArrayBuffer): ClientFrame | undefined {
  const read = readFrame(frame)
  return read.type === 'error' ? undefined : read
}

/** A victim and what is stored before it is tried. */
interface Target {
  victim: Victim
  rows: string
  items: string
  sessions: number
}

async function newTarget(): Promise<Target> {
  const victim = await createVictim()
  const rows = await rowsOf(victim)
  return { victim, rows, items: await rowsOf(victim, 'items'), sessions: await countSessions() }
}

/** A request to the provider that is not for a call of an earlier victim, which may still be looked after. */
function concerns({ ref }: Victim, url: string): boolean {
  // The list of models is asked for by the settings check, and costs nothing.
  return url.includes(ref) || !(url.includes('rtc_') || url.endsWith('/models'))
}

function mayChange(status: number, method: string): boolean {
  return status === 101 || (method !== 'OPTIONS' && status !== 200)
}

async function checkAnswer(route: Route, method: string, response: Response): Promise<void> {
  if (response.webSocket) {
    response.webSocket.accept()
    return response.webSocket.close(1000)
  }
  if (method === 'OPTIONS') return expect(response.status).toBe(204)
  if (method !== route.method) return
  expect(response.status).toBe(route.answer.status)
  const type = response.headers.get('Content-Type') ?? ''
  if (route.answer.bytes) return expect(type).toBe(route.answer.bytes)
  if (!route.answer.json) return
  const text = await response.text()
  if (type.startsWith('application/json')) v.parse(route.answer.json, JSON.parse(text))
  else expect(route.answer.text).toContain(type.split(';')[0])
}

/** The code of a refusal, which must be one that the route may answer. HEAD has no body: `bad_request` stands for any. */
async function readRefusal(route: Route, method: string, response: Response): Promise<ErrorCode> {
  expect(response.status).toBeLessThan(500)
  expect(response.headers.get('Content-Type')).toBe('application/problem+json')
  if (method === 'HEAD') return 'bad_request'
  const problem = v.parse(ProblemSchema, await response.json())
  const code = v.parse(v.picklist(Object.keys(ERRORS) as ErrorCode[]), problem.code)
  expect(response.status).toBe(ERRORS[code].status)
  // Another method may be another route at the same path.
  const errors = ROUTES.filter(({ path }) => path === route.path).flatMap((one) => one.errors)
  expect([...errors, ...EVERYWHERE, ...NO_ROUTE]).toContain(code)
  return code
}
