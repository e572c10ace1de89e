import { expect, it } from 'vitest'
import { createWakeLock } from '../../../widget/device/wakelock.ts'

class Sentinel {
  released = false
  async release() {
    this.released = true
  }
}

function screen() {
  const locks: Sentinel[] = []
  let refuse = false
  const request = async () => {
    if (refuse) throw new DOMException('battery', 'NotAllowedError')
    const lock = new Sentinel()
    locks.push(lock)
    return lock
  }
  return {
    locks,
    keeper: createWakeLock({ request } as unknown as WakeLock),
    on: () => locks.filter((lock) => !lock.released).length,
    refuse: (now: boolean) => {
      refuse = now
    },
  }
}

const settle = () => new Promise((resolve) => setTimeout(resolve))

it('is held once, and again when the system took it', async () => {
  const { keeper, locks, on } = screen()
  keeper.hold()
  await settle()
  keeper.hold()
  await settle()
  expect(locks).toHaveLength(1)
  for (const lock of locks) lock.released = true
  keeper.hold()
  await settle()
  expect([locks.length, on()]).toEqual([2, 1])
  keeper.letGo()
  await settle()
  expect(on()).toBe(0)
})

it('given after it was let go is let go', async () => {
  const { keeper, locks, on } = screen()
  keeper.hold()
  keeper.letGo()
  await settle()
  expect([locks.length, on()]).toEqual([1, 0])
})

it('asked for twice at once leaves one', async () => {
  const { keeper, on } = screen()
  keeper.hold()
  keeper.hold()
  await settle()
  expect(on()).toBe(1)
  keeper.letGo()
  await settle()
  expect(on()).toBe(0)
})

it('refused is asked for again the next time', async () => {
  const { keeper, on, refuse } = screen()
  refuse(true)
  keeper.hold()
  await settle()
  refuse(false)
  keeper.hold()
  await settle()
  expect(on()).toBe(1)
})
