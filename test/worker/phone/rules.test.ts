/** Numbers, hours, who answers which call, and when a phone call ends: the rules alone. */
import { describe, expect, it } from 'vitest'
import tutor from '../../../agents/tutor.ts'
import { defineAgent } from '../../../protocol/agent.ts'
import { transfer } from '../../../protocol/built-in-tools.ts'
import type { Hours } from '../../../protocol/phone.ts'
import { onPage, onPhone } from '../../../worker/phone/agent.ts'
import { agentFor, readHeaders, requireDirectory } from '../../../worker/phone/directory.ts'
import { isOpen } from '../../../worker/phone/hours.ts'
import { masked, numberIn } from '../../../worker/phone/number.ts'
import { sipStatus } from '../../../worker/phone/reject.ts'
import { timesOf } from '../../../worker/session/call-times.ts'
import { Keypad } from '../../../worker/session/keypad.ts'
import type { CallRow } from '../../../worker/session/store.ts'

describe('a number', () => {
  it.each([
    ['sip:+18005551212@sip.example.com', '+18005551212'],
    ['"Bea \\"B\\" <b>" <sips:+49301234567@carrier.example;user=phone>;tag=a1', '+49301234567'],
    ['<tel:+49-30-123.45(67)>;reason=unconditional', '+49301234567'],
    ['<sip:0049301234567@carrier.example>', '+49301234567'],
    ['<sip:49301234567@carrier.example:5061;transport=tls>', '+49301234567'],
    ['<sip:%2B49301234567@carrier.example>', '+49301234567'],
    ['sip:proj_abc123@sip.api.openai.com;transport=tls', null],
    ['"Anonymous" <sip:anonymous@anonymous.invalid>;tag=1', null],
    ['<sip:0301234567@carrier.example>', null],
    ['<sip:+49%zz@carrier.example>', null],
    ['', null],
  ])('in %s is %s', (header, number) => {
    expect(numberIn(header)).toBe(number)
  })

  it('is shown with its middle covered', () => {
    expect(masked('+491701234567')).toBe('+49•••••567')
    expect(masked(null)).toBe('withheld')
  })
})

describe('the directory', () => {
  const agent = (phone: NonNullable<Parameters<typeof defineAgent>[0]['phone']>) => defineAgent({ ...tutor, phone })
  const shop = agent({ numbers: ['+4930111111', '+4930222222'] })
  const desk = agent({ numbers: ['+4930333333'], header: { name: 'X-Agent', value: 'desk' } })
  const agents = { tutor, shop, desk }
  const found = (headers: Record<string, string>) =>
    agentFor(
      agents,
      Object.entries(headers).map(([name, value]) => ({ name, value })),
    )?.id

  it('finds by the number that was dialled, also before it was forwarded', () => {
    expect(found({ From: 'sip:+4930333333@a', To: '<sip:+4930222222@b>' })).toBe('shop')
    expect(found({ to: 'sip:proj_1@sip.api.openai.com', Diversion: '<tel:+4930333333>;reason=no-answer' })).toBe('desk')
    expect(found({ To: '<sip:+4930444444@b>' })).toBeUndefined()
    expect(found({ From: '<sip:+4930222222@b>' })).toBeUndefined()
    expect(found({})).toBeUndefined()
  })

  it('goes by its own header first', () => {
    expect(found({ To: '<sip:+4930222222@b>', 'x-agent': ' desk ' })).toBe('desk')
    expect(found({ To: '<sip:+4930222222@b>', 'x-agent': 'desks' })).toBe('shop')
  })

  it('knows who calls and what was dialled', () => {
    const headers = [
      { name: 'From', value: '<sip:+491701234567@a>' },
      { name: 'To', value: '<sip:+4930222222@b>' },
    ]
    expect(readHeaders(headers)).toMatchObject({ from: '+491701234567', to: '+4930222222' })
  })

  it('does not let two agents answer one number', () => {
    expect(() => requireDirectory(agents)).not.toThrow()
    expect(() => requireDirectory({ ...agents, twin: agent({ numbers: ['+4930222222'] }) })).toThrow(
      '"shop" and "twin"',
    )
  })
})

describe('hours', () => {
  const hours: Hours = {
    timeZone: 'Europe/Berlin',
    open: [
      { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '17:30' },
      { days: ['sat'], from: '00:00', to: '24:00' },
    ],
  }
  it.each([
    ['2026-11-20T08:00:00Z', true], // Friday, 9:00 in winter
    ['2026-11-20T07:59:59Z', false],
    ['2026-07-17T07:00:00Z', true], // 9:00 in summer
    ['2026-11-20T16:29:59Z', true],
    ['2026-11-20T16:30:00Z', false],
    ['2026-11-20T23:00:00Z', true], // Saturday, midnight
    ['2026-11-21T22:59:59Z', true],
    ['2026-11-21T23:00:00Z', false],
  ])('at %s: %s', (time, open) => {
    expect(isOpen(hours, Date.parse(time))).toBe(open)
  })
})

it('each refusal has its status', () => {
  const of = [
    'unknown_number',
    'closed',
    'too_many_calls',
    'rate_limited',
    'budget_exhausted',
    'provider_refused',
  ] as const
  expect(of.map(sipStatus)).toEqual([404, 480, 486, 486, 503, 503])
})

describe('an agent', () => {
  const desk = transfer({ to: [{ name: 'sales', when: 'To buy.', uri: 'sip:sales@example.com' }] })
  const numbers = ['+4930111111']

  it('has a way to be found, a voice that needs no button, and nobody who has to sign in', () => {
    const define = (more: object) => () => defineAgent({ ...tutor, ...more })
    expect(define({ phone: {} })).toThrow('numbers or a header')
    expect(define({ phone: { numbers: ['030 111'] } })).toThrow('phone.numbers.0')
    expect(define({ phone: { numbers }, turns: { detection: 'push_to_talk' } })).toThrow('push_to_talk')
    const identity = { keys: 'secret', secretName: 'IDENTITY_A', required: true }
    expect(define({ phone: { numbers }, identity })).toThrow('identity')
    expect(define({ phone: { numbers }, consent: { text: 'It is kept.' } })).toThrow('consent')
    expect(define({ tools: [desk] })).toThrow('needs `phone`')
    expect(define({ phone: { numbers, hours: { timeZone: 'Mars/Olympus', open: [] } } })).toThrow('time zone')
    expect(define({ phone: { numbers }, tools: [desk] })).not.toThrow()
  })

  it('asks MCP servers on the phone only where nobody has to approve', () => {
    const mcp = [
      { label: 'free', url: 'https://mcp.shop.de/a', approval: 'never' as const },
      { label: 'asks', url: 'https://mcp.shop.de/b' },
    ]
    const agent = defineAgent({ ...tutor, phone: { numbers }, mcp })
    expect(onPhone(agent).mcp.map(({ label }) => label)).toEqual(['free'])
  })

  it('transfers on the phone only, and to nobody whom the model could make up', () => {
    const agent = defineAgent({ ...tutor, phone: { numbers }, tools: [desk] })
    expect(onPhone(agent).tools.map(({ name }) => name)).toEqual(['transfer'])
    expect(onPage(agent).tools).toEqual([])
    expect(JSON.parse(desk.parameters).properties.to.enum).toEqual(['sales'])
    expect(desk.parameters + desk.description).not.toContain('example.com')
    expect(() => transfer({ to: [{ name: 'a', when: 'b' }] })).toThrow('either a number or a uri')
    expect(() => transfer({ to: [{ name: 'a', when: 'b', uri: 'https://a.example' }] })).toThrow('to.0.uri')
  })
})

describe('a phone call', () => {
  const row: CallRow = {
    ...{ id: 'call_0', generation: 1, state: 'live', ref: 'rtc_0', phone: true, ready: true },
    ...{ startedAt: 0, endedAt: null, reason: null, hangUpTries: 0 },
  }
  it('is never rolled over, and ends before the provider ends it', () => {
    expect(timesOf(row, { maxCallSeconds: 3600, callSeconds: 3540 })).toEqual({
      capAt: 3_540_000,
      endsAt: 3_600_000,
      rolloverAt: null,
    })
    const short = { ...row, endsAt: 60_000 }
    expect(timesOf(short, { maxCallSeconds: 3600, callSeconds: 3540 })).toMatchObject({
      capAt: 40_000,
      rolloverAt: null,
    })
    expect(timesOf({ ...row, phone: false }, { maxCallSeconds: 3600, callSeconds: 3600 }).rolloverAt).not.toBeNull()
  })
})

it('keys that belong together are one turn', () => {
  const entered: string[] = []
  let due: { ms: number; run: () => void } | null = null
  const keypad = new Keypad({
    clock: {
      after: (ms, run) => {
        due = { ms, run }
        return () => {
          due = null
        }
      },
    },
    entered: (text) => entered.push(text),
  })
  const elapse = () => due?.run()
  for (const key of '42') keypad.press(key)
  expect(entered).toEqual([])
  elapse()
  for (const key of '1#') keypad.press(key)
  expect(due).toBeNull()
  for (const _ of Array(64)) keypad.press('0')
  expect(entered).toEqual([
    'Keys pressed on the phone: 4 2',
    'Keys pressed on the phone: 1 #',
    `Keys pressed on the phone:${' 0'.repeat(64)}`,
  ])
})
