/** When the assistant's own hang-up is carried out, by a clock in the hand. */
import { expect, it, vi } from 'vitest'
import type { Item } from '../../protocol/item.ts'
import type { CallEvent } from '../../worker/provider/provider.ts'
import { Farewell, HANGS_UP, NO_CALL, SAY_GOODBYE } from '../../worker/session/farewell.ts'
import { HandClock } from './relay/hand-clock.ts'

const CALL = 'call_1'
let position = 0
const item = (more: Partial<Item>): Item => ({
  id: `itm_${position}`,
  position: ++position,
  role: 'assistant',
  kind: 'message',
  text: 'Goodbye!',
  status: 'completed',
  via: 'voice',
  call: CALL,
  at: 0,
  ...more,
})
const hangUp = () => item({ role: 'tool', kind: 'tool_call', text: '{}', tool: { name: 'end_call', callId: 'c' } })

function farewell() {
  const clock = new HandClock()
  const end = vi.fn()
  const state = { isQuiet: false }
  const one = new Farewell({ clock, isQuiet: () => state.isQuiet, end })
  const hear = (event: CallEvent) => one.hear(event)
  const quiet = () => {
    state.isQuiet = true
    hear({ type: 'playback', state: 'drained', response: 'r' })
  }
  const answer = () => hear({ type: 'answer_began', response: 'r', nonce: undefined })
  return { one, clock, end, hear, quiet, answer }
}

it('the goodbye is heard to its end, and the call with it', () => {
  const { one, clock, end, hear, quiet } = farewell()
  const call = hangUp()
  const before = item({ position: call.position - 0.5 })
  expect(one.begin(call, [call, before])).toBe(HANGS_UP)
  expect(one.isSaid).toBe(true)
  hear({ type: 'playback', state: 'began', response: 'r' })
  expect(end).not.toHaveBeenCalled()
  quiet()
  clock.pass(399)
  expect(end).not.toHaveBeenCalled()
  clock.pass(1)
  expect(end).toHaveBeenCalledTimes(1)
  expect(one.isSaid).toBe(false)
})

it('words of an answer before that one are no goodbye: it is asked for, and heard', () => {
  const { one, clock, end, quiet, answer } = farewell()
  const call = hangUp()
  const result = item({ role: 'tool', kind: 'tool_result', position: call.position - 0.3 })
  const earlier = item({ text: 'One moment', position: call.position - 0.5 })
  expect(one.begin(call, [call, result, earlier])).toBe(SAY_GOODBYE)
  quiet()
  clock.pass(1_000)
  expect(end).not.toHaveBeenCalled()
  answer()
  quiet()
  clock.pass(399)
  expect(end).not.toHaveBeenCalled()
  clock.pass(1)
  expect(end).toHaveBeenCalledTimes(1)
})

it('what is never heard of ends all the same, after ten seconds', () => {
  const { one, clock, end } = farewell()
  one.begin(hangUp(), [])
  clock.pass(9_999)
  expect(end).not.toHaveBeenCalled()
  clock.pass(1)
  expect(end).toHaveBeenCalledTimes(1)
})

it.each([
  ['speaks', (one: Farewell) => one.hear({ type: 'speech', on: true })],
  ['writes, or the call is over', (one: Farewell) => one.cancel()],
])('nothing is hung up when the visitor %s', (_, go) => {
  const { one, clock, end, quiet } = farewell()
  const call = hangUp()
  one.begin(call, [call, item({ position: call.position - 0.5 })])
  go(one)
  quiet()
  clock.pass(60_000)
  expect(end).not.toHaveBeenCalled()
})

it('in writing there is nothing to hang up', () => {
  const { one, clock, end } = farewell()
  expect(one.begin({ ...hangUp(), call: null }, [])).toBe(NO_CALL)
  clock.pass(60_000)
  expect(end).not.toHaveBeenCalled()
})

it('after a restart the call ends soon, unless the visitor has spoken since or it is another call', () => {
  const result = item({ role: 'tool', kind: 'tool_result', tool: { name: 'end_call', callId: 'c' } })
  const word = item({ role: 'user', text: 'Wait' })
  for (const [newestFirst, call, ends] of [
    [[item({}), result], CALL, true],
    [[word, result], CALL, false],
    [[result], 'call_2', false],
  ] as const) {
    const { one, clock, end } = farewell()
    one.resume(call, newestFirst)
    clock.pass(3_000)
    expect(end).toHaveBeenCalledTimes(ends ? 1 : 0)
  }
})
