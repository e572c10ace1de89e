import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createTabLock } from '../../../widget/client/tablock.ts'
import { systemClock } from '../../../widget/clock.ts'
import { FakeChannel, FakeLocks } from '../../../widget/npm/testing/browser.ts'
import { pass } from './world.ts'

let locks: FakeLocks

function tab(token: string | null = 'token', ports: object = {}) {
  const lost = vi.fn()
  const lock = createTabLock(
    { locks, BroadcastChannel: FakeChannel, clock: systemClock, ...ports } as unknown as Parameters<
      typeof createTabLock
    >[0],
    { token: () => token, lost },
  )
  return { lock, lost }
}

beforeEach(() => {
  vi.useFakeTimers()
  locks = new FakeLocks()
  FakeChannel.all.clear()
})

afterEach(() => {
  vi.useRealTimers()
})

describe('the tab lock', () => {
  it('is for one tab at a time', async () => {
    const first = tab()
    const second = tab()
    expect(await first.lock.acquire('ses_1')).toBe(true)
    expect(await first.lock.acquire('ses_1')).toBe(true)
    const refused = second.lock.acquire('ses_1')
    await pass(1_000)
    expect(await refused).toBe(false)
    expect(first.lost).not.toHaveBeenCalled()
  })

  it('waits a moment for a page that is just going away', async () => {
    const first = tab()
    const second = tab()
    await first.lock.acquire('ses_1')
    const waiting = second.lock.acquire('ses_1')
    await pass(100)
    first.lock.release()
    await pass(1_000)
    expect(await waiting).toBe(true)
  })

  it('can be had again at once by the tab that let it go', async () => {
    const { lock } = tab()
    await lock.acquire('ses_1')
    lock.release()
    expect(await lock.acquire('ses_1')).toBe(true)
    lock.release()
    await pass()
    expect([locks.held.size, FakeChannel.all.size]).toEqual([0, 0])
  })

  it('is not kept when it was let go before it came', async () => {
    const { lock } = tab()
    const asked = lock.acquire('ses_1')
    lock.release()
    await pass(1_000)
    expect(await asked).toBe(false)
    expect(locks.held.size).toBe(0)
  })

  it('is taken over with the newest token, and the other tab is told', async () => {
    const first = tab('newest')
    const second = tab('old copy')
    await first.lock.acquire('ses_1')
    expect(await second.lock.takeOver('ses_1')).toBe('newest')
    await pass()
    expect(first.lost).toHaveBeenCalledTimes(1)
    expect(second.lost).not.toHaveBeenCalled()
    second.lock.release()
    await pass()
    expect([locks.held.size, FakeChannel.all.size, vi.getTimerCount()]).toEqual([0, 0, 0])
  })

  it('is taken from a frozen tab too, without a token', async () => {
    const first = tab(null)
    const second = tab()
    await first.lock.acquire('ses_1')
    const taken = second.lock.takeOver('ses_1')
    await pass(1_000)
    expect(await taken).toBeNull()
    expect(first.lost).toHaveBeenCalledTimes(1)
  })

  it('lets everybody in where there are no locks', async () => {
    const { lock } = tab('token', { locks: undefined, BroadcastChannel: undefined })
    expect(await lock.acquire('ses_1')).toBe(true)
    expect(await lock.takeOver('ses_1')).toBeNull()
  })
})
