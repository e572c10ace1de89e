import { expect, it } from 'vitest'
import { everyFrame } from '../../../simulator/media/pace.ts'

const settle = () => new Promise((resolve) => setTimeout(resolve, 50))

it('calls once for each 20 ms of the clock, however late the timer is', async () => {
  let now = 1000
  const skipped: number[] = []
  const stop = everyFrame(
    () => now,
    (frames) => skipped.push(frames),
  )
  await settle()
  expect(skipped).toEqual([])
  now += 100
  await settle()
  expect(skipped).toEqual([0, 0, 0, 0, 0])
  now += 30
  await settle()
  now += 30
  await settle()
  expect(skipped).toHaveLength(8)
  stop()
})

it('skips instead of bursting after a long stall, and says how much', async () => {
  let now = 0
  const skipped: number[] = []
  const stop = everyFrame(
    () => now,
    (frames) => skipped.push(frames),
  )
  now += 2000
  await settle()
  expect(skipped).toEqual([99])
  stop()
})

it('stops at once, also when stopped from within', async () => {
  let now = 0
  let calls = 0
  const stop = everyFrame(
    () => now,
    () => {
      calls += 1
      stop()
    },
  )
  now += 200
  await settle()
  expect(calls).toBe(1)
})
