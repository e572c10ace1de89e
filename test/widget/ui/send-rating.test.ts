import { expect, test } from 'vitest'
import type { ErrorCode } from '../../../protocol/errors.ts'
import { BrokerError } from '../../../widget/client/broker.ts'
import { sendRating } from '../../../widget/ui/send-rating.ts'

/** How it ended, how often it was sent, and after which pauses (ms). */
async function send(...failures: (ErrorCode | 'broker_unreachable' | Error)[]) {
  const pauses: number[] = []
  let tries = 0
  const after = (ms: number, run: () => void) => {
    pauses.push(ms)
    run()
    return () => {}
  }
  const kept = await sendRating(
    async () => {
      const failure = failures[tries++]
      if (failure) throw failure instanceof Error ? failure : new BrokerError(failure)
    },
    { now: () => 0, after },
  )
  return { kept, tries, pauses }
}

test('it is sent once where all goes well', async () => {
  expect(await send()).toEqual({ kept: true, tries: 1, pauses: [] })
})

test('a hiccup is waited out, longer the second time', async () => {
  expect(await send('broker_unreachable')).toEqual({ kept: true, tries: 2, pauses: [1000] })
  expect(await send('internal', 'broker_unreachable')).toEqual({ kept: true, tries: 3, pauses: [1000, 4000] })
})

test('it is given up after the third try', async () => {
  const down = ['broker_unreachable', 'broker_unreachable', 'broker_unreachable'] as const
  expect(await send(...down)).toEqual({ kept: false, tries: 3, pauses: [1000, 4000] })
})

test('it is given up at once where another try would get the same', async () => {
  for (const code of ['session_not_found', 'token_expired', 'rate_limited'] as const) {
    expect(await send(code)).toEqual({ kept: false, tries: 1, pauses: [] })
  }
  expect(await send(new TypeError('not ours'))).toMatchObject({ kept: false, tries: 1 })
})
