import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createTalk, TAIL_MS } from '../../../widget/client/talk.ts'
import { systemClock } from '../../../widget/clock.ts'

let told: boolean[]
let reachable: boolean

function talkButton() {
  return createTalk(
    systemClock,
    (on) => {
      if (reachable) told.push(on)
      return reachable
    },
    () => {},
  )
}

beforeEach(() => {
  vi.useFakeTimers()
  told = []
  reachable = true
})

afterEach(() => {
  vi.useRealTimers()
})

describe('push-to-talk', () => {
  it('pressed again before the end was told tells both, in order', () => {
    const talk = talkButton()
    talk.set(true)
    talk.set(false)
    talk.set(true)
    expect(told).toEqual([true, false, true])
    expect(talk.held).toBe(true)
    vi.advanceTimersByTime(TAIL_MS * 2)
    expect(told).toEqual([true, false, true])
  })

  it('is not held while the broker cannot hear of it', () => {
    reachable = false
    const talk = talkButton()
    expect(talk.set(true)).toBe(false)
    expect(talk.held).toBe(false)
    reachable = true
    expect(talk.set(true)).toBe(true)
  })

  it('tells the end later when the socket was away', () => {
    const talk = talkButton()
    talk.set(true)
    reachable = false
    talk.set(false)
    vi.advanceTimersByTime(TAIL_MS)
    reachable = true
    talk.catchUp()
    talk.catchUp()
    expect(told).toEqual([true, false])
  })

  it('leaves no timer when the call is over', () => {
    const talk = talkButton()
    talk.set(true)
    talk.set(false)
    talk.reset()
    expect(vi.getTimerCount()).toBe(0)
    expect(told).toEqual([true])
  })
})
