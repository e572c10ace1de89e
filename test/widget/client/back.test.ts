/** The back button: a page comes out of the back-forward cache with the token that it had, while the tab went on. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { pass, World } from './world.ts'

let world: World
beforeEach(() => {
  vi.useFakeTimers()
  world = new World()
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

/** A page that had a call, lay down, and was followed by another page of the tab that had `calls` of its own. */
async function leftFor(calls: number) {
  const first = world.open()
  await first.start()
  await pass()
  await first.end()
  const second = world.open()
  for (let n = 0; n < calls; n++) {
    await second.start()
    await pass()
    await second.end()
  }
  second.dispose()
  await pass()
  return first
}

describe('a page that comes back', () => {
  it.each([1, 2, 3])('goes on with the newest token after %d calls of another page', async (calls) => {
    const page = await leftFor(calls)
    await page.start()
    await pass()
    expect(page.state.value).toBe('live')
    expect(world.broker.sessions.size).toBe(1)
    expect(world.troubles).toEqual([])
  })

  it('goes on with the session that the tab has now, not with the one that it knew', async () => {
    const page = await leftFor(0)
    const second = world.open()
    await second.forget()
    await second.start()
    await pass()
    await second.end()
    second.dispose()
    await page.start()
    await pass()
    expect(page.state.value).toBe('live')
    expect(world.broker.sessions.size).toBe(1)
  })

  it('does not take what is stored for newer where it could not store its own', async () => {
    const page = world.open()
    await page.start()
    await pass()
    await page.end()
    world.storage.setItem = () => {
      throw new DOMException('full', 'QuotaExceededError')
    }
    await page.start()
    await pass()
    await page.end()
    await page.start()
    await pass()
    expect(page.state.value).toBe('live')
    expect(world.troubles).toEqual([])
  })
})
