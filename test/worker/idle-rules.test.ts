import { describe, expect, it } from 'vitest'
import { defineAgent } from '../../protocol/agent.ts'
import { createLog } from '../../worker/log.ts'
import type { CallEvent } from '../../worker/provider/provider.ts'
import { Idle } from '../../worker/session/idle.ts'
import type { CallRow, SessionRow } from '../../worker/session/store.ts'
import { HandClock } from './relay/hand-clock.ts'

const SPEECH: CallEvent = { type: 'speech', on: true, id: 'a' }
const END: CallEvent = { type: 'playback', state: 'drained', response: 'r' }

function silentCall(idle: { askAfterSeconds?: number; endAfterSeconds?: number } | null = {}) {
  const clock = new HandClock()
  const agent = defineAgent({ name: 'Test', instructions: 'Be kind.', origins: ['https://example.com'], idle })
  const session = { agent } as unknown as SessionRow
  const rows = new Map<string, CallRow>()
  const newest: { at: number }[] = []
  const state = { ready: true, busy: false, quiet: true, occupied: false, full: false }
  const told = { asked: 0, ended: [] as string[], notices: 0 }
  const make = () =>
    new Idle({
      store: {
        call: (id: string) => rows.get(id) ?? null,
        saveCall: (row: CallRow) => {
          if (state.full) throw new Error('the disk is full')
          rows.set(row.id, row)
        },
        newestFirst: () => newest as never,
      },
      recorder: { notice: () => `${++told.notices}` },
      clock,
      log: createLog(),
      floor: {
        get quiet() {
          return state.quiet
        },
      },
      carrier: () => ({
        line: { ready: state.ready },
        responder: {
          busy: state.busy,
          fill: () => {
            told.asked += 1
            return true
          },
        },
      }),
      isOccupied: () => state.occupied,
      end: (call) => told.ended.push(call),
    })
  const call = (id: string, more: Partial<CallRow> = {}): CallRow => {
    const row = { id, ready: false, startedAt: clock.now(), ...more } as CallRow
    rows.set(id, row)
    return row
  }
  const seconds = (n: number) => clock.pass(n * 1000)
  return { clock, session, rows, newest, state, told, make, call, seconds }
}

describe('a call in which nobody says anything', () => {
  it('asks once, and ends some time after that', () => {
    const { session, told, make, call, seconds } = silentCall()
    make().watch(session, call('c1'))
    seconds(119)
    expect(told.asked).toBe(0)
    seconds(1)
    expect(told.asked).toBe(1)
    seconds(59)
    expect(told).toEqual({ asked: 1, ended: [], notices: 0 })
    seconds(1)
    expect(told).toEqual({ asked: 1, ended: ['c1'], notices: 1 })
    seconds(1000)
    expect(told.ended).toEqual(['c1'])
  })

  it('counts from the last thing that was said or done', () => {
    const { session, told, make, call, seconds } = silentCall()
    const idle = make()
    idle.watch(session, call('c1'))
    for (const act of [() => idle.hear(SPEECH), () => idle.hear(END), () => idle.stir()]) {
      seconds(100)
      act()
    }
    seconds(119)
    expect(told.asked).toBe(0)
    seconds(1)
    expect(told.asked).toBe(1)
  })

  it('counts the time to answer from the end of the question', () => {
    const { session, told, make, call, seconds } = silentCall()
    const idle = make()
    idle.watch(session, call('c1'))
    seconds(120)
    seconds(5)
    idle.hear(END)
    seconds(59)
    expect(told.ended).toEqual([])
    seconds(1)
    expect(told.ended).toEqual(['c1'])
  })

  it('begins anew when the visitor is there after all, and may ask again', () => {
    const { session, rows, told, make, call, seconds } = silentCall()
    const idle = make()
    idle.watch(session, call('c1'))
    seconds(120)
    expect(rows.get('c1')?.askedAt).toBeDefined()
    seconds(30)
    idle.hear(SPEECH)
    expect(rows.get('c1')).not.toHaveProperty('askedAt')
    seconds(119)
    expect(told).toEqual({ asked: 1, ended: [], notices: 0 })
    seconds(1)
    expect(told.asked).toBe(2)
  })

  it.each([
    ['a tool is at work', { occupied: true }, { occupied: false }],
    ['somebody speaks, or holds the button', { quiet: false }, { quiet: true }],
    ['an answer is on its way', { busy: true }, { busy: false }],
    ['the line is being opened again', { ready: false }, { ready: true }],
  ])('never while %s', (_, during, after) => {
    const { session, state, told, make, call, seconds } = silentCall()
    make().watch(session, call('c1'))
    Object.assign(state, during)
    seconds(3600)
    expect(told).toEqual({ asked: 0, ended: [], notices: 0 })
    Object.assign(state, after)
    seconds(120)
    expect(told.asked).toBe(1)
  })

  it('goes on being silent in the call that takes over', () => {
    const { session, rows, told, make, call, seconds } = silentCall()
    const idle = make()
    idle.watch(session, call('c1'))
    seconds(121)
    idle.watch(session, call('c2', { ready: true }))
    expect(rows.get('c2')?.askedAt).toBeDefined()
    seconds(59)
    expect(told).toEqual({ asked: 1, ended: ['c2'], notices: 1 })
  })

  it('is known after a restart by its rows', () => {
    const { clock, session, newest, told, make, call, seconds } = silentCall()
    const row = call('c1', { ready: true })
    newest.push({ at: clock.now() + 40_000 })
    seconds(100)
    make().watch(session, row)
    seconds(59)
    expect(told.asked).toBe(0)
    seconds(1)
    expect(told.asked).toBe(1)
  })

  it('does not ask again after a restart', () => {
    const { rows, session, told, make, call, seconds } = silentCall()
    const first = make()
    first.watch(session, call('c1', { ready: true }))
    seconds(120)
    first.stop()
    seconds(50)
    const row = rows.get('c1')
    if (!row) throw new Error('no row')
    make().watch(session, row)
    seconds(9)
    expect(told.ended).toEqual([])
    seconds(1)
    expect(told).toEqual({ asked: 1, ended: ['c1'], notices: 1 })
  })

  it('ends although nothing can be written', () => {
    const { session, state, told, make, call, seconds } = silentCall()
    make().watch(session, call('c1'))
    state.full = true
    seconds(180)
    expect(told).toEqual({ asked: 1, ended: ['c1'], notices: 1 })
  })

  it('is left alone where the agent says so, and when it is over', () => {
    const off = silentCall(null)
    off.make().watch(off.session, off.call('c1'))
    off.seconds(3600)
    expect(off.told.asked + off.clock.waiting).toBe(0)
    const over = silentCall()
    const idle = over.make()
    idle.watch(over.session, over.call('c1'))
    idle.stop()
    over.seconds(3600)
    expect(over.told.asked + over.clock.waiting).toBe(0)
  })
})
