import { describe, expect, it } from 'vitest'
import { createReconnectPolicy, RECONNECT_RULES } from '../../../widget/client/reconnect.ts'

describe('the reconnect policy', () => {
  it('tries at once, then ever later', () => {
    const policy = createReconnectPolicy(() => 0)
    policy.lost(0)
    const delays = Array.from({ length: 8 }, () => policy.next(0))
    expect(delays).toEqual([0, 300, 1_200, 2_700, 4_800, 7_000, 7_000, 7_000])
  })

  it('shortens pauses by chance, by three tenths at most', () => {
    const delays = [0, 0.5, 1].map((chance) => {
      const policy = createReconnectPolicy(() => chance)
      policy.next(0)
      return policy.next(0)
    })
    expect(delays).toEqual([300, 255, 210])
  })

  it('gives up after its limit, time without network not counted', () => {
    const policy = createReconnectPolicy(() => 0)
    policy.lost(1_000)
    policy.excuse(30_000)
    expect(policy.next(1_000 + RECONNECT_RULES.limitMs + 29_000)).not.toBeNull()
    expect(policy.next(1_000 + RECONNECT_RULES.limitMs + 30_000)).toBeNull()
  })

  it('starts over after a call that lived, not after one that broke at once', () => {
    const policy = createReconnectPolicy(() => 0)
    policy.lost(0)
    policy.next(0)
    policy.live(1_000)
    policy.lost(3_000)
    expect(policy.next(3_000)).toBe(300)
    policy.live(4_000)
    policy.lost(4_000 + RECONNECT_RULES.stableMs)
    expect(policy.next(4_000 + RECONNECT_RULES.stableMs)).toBe(0)
  })

  it('makes ten attempts in a minute at most, whatever the calls do, until the visitor asks for more', () => {
    const policy = createReconnectPolicy(() => 1)
    let now = 0
    const attempt = () => {
      policy.lost(now)
      const wait = policy.next(now)
      now += wait ?? 0
      return wait !== null
    }
    let attempts = 0
    while (attempt()) attempts += 1
    expect(attempts).toBe(RECONNECT_RULES.maxPerMinute)
    policy.reset()
    expect(attempt()).toBe(true)
  })

  it('counts the minute over calls that lived long enough to start over', () => {
    const policy = createReconnectPolicy(() => 0, { ...RECONNECT_RULES, stableMs: 1_000, maxPerMinute: 3 })
    const tries = [0, 2_000, 4_000, 6_000, 60_000].map((now) => {
      policy.lost(now)
      const wait = policy.next(now)
      policy.live(now)
      return wait
    })
    expect(tries).toEqual([0, 0, 0, null, 0])
  })

  it('gives up on calls that break again and again', () => {
    const policy = createReconnectPolicy(() => 0)
    let now = 0
    for (; now < RECONNECT_RULES.limitMs; now += 8_000) {
      policy.lost(now)
      expect(policy.next(now)).not.toBeNull()
      policy.live(now + 1_000)
    }
    policy.lost(now)
    expect(policy.next(now)).toBeNull()
  })
})
