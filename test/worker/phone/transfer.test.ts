/** When a transfer is asked for, and what becomes of it: the rules alone. */
import { expect, it } from 'vitest'
import { createLog } from '../../../worker/log.ts'
import type { CallEvent } from '../../../worker/provider/provider.ts'
import { ASKED, FAILED, HELD_UP, NO_PHONE, Transfer } from '../../../worker/session/transfer.ts'

const SALES = { name: 'sales', uri: 'tel:+493055501' }
const drained: CallEvent = { type: 'playback', state: 'drained', response: 'r' }
const spoke: CallEvent = { type: 'speech', on: true, id: undefined }

function setting(answer: boolean | null = true) {
  const asked: string[] = []
  const timers = new Map<number, { ms: number; run: () => void }>()
  let number = 0
  const state = { quiet: false, spoken: 0 }
  const { error, info, with: more } = createLog()
  const transfer = new Transfer({
    clock: {
      after: (ms, run) => {
        timers.set(++number, { ms, run })
        const own = number
        return () => timers.delete(own)
      },
    },
    log: { error, info, with: more },
    isQuiet: () => state.quiet,
    refer: async (uri) => {
      asked.push(uri)
      return answer
    },
    speak: () => {
      state.spoken++
    },
  })
  const elapse = () => {
    const [[id, timer] = []] = timers
    if (id === undefined || !timer) throw new Error('nothing is waited for')
    timers.delete(id)
    timer.run()
    return timer.ms
  }
  return { transfer, asked, state, elapse, timers }
}

it('waits until what is being said was heard, and a little longer', async () => {
  const { transfer, asked, state, elapse } = setting()
  const told = transfer.begin(SALES)
  transfer.hear({ type: 'fragment', id: 'i', text: 'you' })
  expect(asked).toEqual([])
  state.quiet = true
  transfer.hear(drained)
  expect(elapse()).toBe(400)
  expect(await told).toBe(ASKED)
  expect(asked).toEqual([SALES.uri])
  expect(transfer.isAsked).toBe(true)
})

it('waits ten seconds at most', async () => {
  const { transfer, asked, elapse } = setting()
  const told = transfer.begin(SALES)
  expect(elapse()).toBe(10_000)
  await told
  expect(asked).toEqual([SALES.uri])
})

it('is held up by a caller who has something to say', async () => {
  const { transfer, asked, timers } = setting()
  const told = transfer.begin(SALES)
  transfer.hear(spoke)
  expect(await told).toBe(HELD_UP)
  expect(asked).toEqual([])
  expect(timers.size).toBe(0)
})

it.each([
  [false, FAILED],
  [null, NO_PHONE],
])('that is answered with %s goes on without it', async (answer, words) => {
  const { transfer, state, elapse } = setting(answer)
  state.quiet = true
  const told = transfer.begin(SALES)
  elapse()
  expect(await told).toBe(words)
  expect(transfer.isAsked).toBe(false)
})

it('without effect is noticed: the assistant speaks again', async () => {
  const { transfer, state, elapse } = setting()
  state.quiet = true
  const told = transfer.begin(SALES)
  elapse()
  await told
  expect(elapse()).toBe(12_000)
  expect(state.spoken).toBe(1)
  expect(transfer.isAsked).toBe(false)
})

it('is over with the call', async () => {
  const { transfer, state, elapse, timers } = setting()
  state.quiet = true
  const told = transfer.begin(SALES)
  elapse()
  await told
  transfer.cancel()
  expect(timers.size).toBe(0)
  expect(transfer.isAsked).toBe(false)
})
