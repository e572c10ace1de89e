import { describe, expect, it } from 'vitest'
import concierge from '../../agents/concierge.ts'
import { OVERLAP_MS } from '../../worker/session/call-times.ts'
import { SHORTEST_RETENTION_MS } from '../../worker/session/retention.ts'
import type { CallRow, SessionRow } from '../../worker/session/store.ts'
import { GRACE_MS, LEASE_MS, OPENING_MS, type Sight, WATCH_EVERY_MS, watch } from '../../worker/session/watchdog.ts'

const NOW = 1_000_000_000
const DAY_MS = 86_400_000

function sight(
  session: Partial<SessionRow> = {},
  call: Partial<CallRow> | null = {},
  more: Partial<Sight> = {},
): Sight {
  return {
    callSeconds: 3600,
    session: {
      id: 'ses_0',
      agentId: 'concierge',
      agent: concierge,
      origin: 'https://example.com',
      createdAt: NOW - 60_000,
      tokenUsed: 1,
      callGeneration: 1,
      widgetGoneAt: null,
      leased: true,
      ...session,
    },
    call: call && {
      id: 'call_0',
      generation: 1,
      state: 'live',
      ref: 'rtc_0',
      ready: true,
      startedAt: NOW - 30_000,
      endedAt: null,
      reason: null,
      hangUpTries: 0,
      ...call,
    },
    successor: null,
    ending: 0,
    lastHeard: NOW - 5_000,
    attached: true,
    maxCallSeconds: 3600,
    lastActivity: NOW,
    ...more,
  }
}

describe('watch', () => {
  it('looks again while a call lives and rests until the session is to be erased', () => {
    expect(watch(sight(), NOW)).toEqual({
      ...{ attach: false, rollOver: false, giveUpSuccessor: false, retryHangUps: false },
      next: NOW + WATCH_EVERY_MS,
    })
    expect(watch(sight({}, null), NOW)).toEqual({ retryHangUps: false, next: NOW + 30 * DAY_MS })
  })

  it('ends a call whose widget was not heard of for the lease', () => {
    expect(watch(sight({}, {}, { lastHeard: NOW - LEASE_MS + 1 }), NOW).end).toBeUndefined()
    expect(watch(sight({}, {}, { lastHeard: NOW - LEASE_MS }), NOW).end).toBe('widget_gone')
  })

  it('keeps the promise of 60 s in the worst case: it looks exactly when the lease ends', () => {
    expect(LEASE_MS).toBeLessThan(60_000)
    const silent = NOW - LEASE_MS + 7_000
    expect(watch(sight({}, {}, { lastHeard: silent }), NOW).next).toBe(silent + LEASE_MS)
  })

  it('gives a disconnected widget its grace and looks exactly at its end', () => {
    const gone = sight({ widgetGoneAt: NOW - GRACE_MS + 3_000 }, {}, { lastHeard: null })
    expect(watch(gone, NOW)).toMatchObject({ next: NOW + 3_000 })
    expect(watch(gone, NOW).end).toBeUndefined()
    expect(watch(gone, NOW + 3_000).end).toBe('widget_gone')
  })

  it('asks no heartbeat of clients that never opened an event socket', () => {
    expect(watch(sight({ leased: false }, {}, { lastHeard: null }), NOW).end).toBeUndefined()
  })

  it('takes up the sideband that was lost', () => {
    expect(watch(sight({}, {}, { attached: false }), NOW).attach).toBe(true)
  })

  it('ends a call that never came to be', () => {
    const opening = { state: 'opening', ref: null } as const
    expect(watch(sight({}, { ...opening, startedAt: NOW - OPENING_MS + 1 }), NOW).end).toBeUndefined()
    expect(watch(sight({}, { ...opening, startedAt: NOW - OPENING_MS }), NOW).end).toBe('dropped')
  })

  it("ends a call at the provider's longest duration even when nobody says so", () => {
    expect(watch(sight({}, { startedAt: NOW - 3_600_000 }), NOW).end).toBe('expired')
  })

  it("ends a call at the agent's longest duration, and looks exactly then", () => {
    const capped = (age: number) => sight({}, { startedAt: NOW - age }, { callSeconds: 600 })
    expect(watch(capped(595_000), NOW)).toMatchObject({ next: NOW + 5_000 })
    expect(watch(capped(600_000), NOW).end).toBe('time_cap')
  })

  it('tries unconfirmed hang-ups again', () => {
    expect(watch(sight({}, null, { ending: 1 }), NOW)).toMatchObject({
      retryHangUps: true,
      next: NOW + WATCH_EVERY_MS,
    })
  })

  it('erases when nothing has happened for as long as the agent says, and not a moment before', () => {
    const kept = (retentionDays: number, ago: number) =>
      watch(sight({ agent: { ...concierge, retentionDays } }, null, { lastActivity: NOW - ago }), NOW)
    expect(kept(7, 7 * DAY_MS - 1)).toEqual({ retryHangUps: false, next: NOW + 1 })
    expect(kept(7, 7 * DAY_MS)).toMatchObject({ erase: true, next: NOW + WATCH_EVERY_MS }) // again, should it fail
  })

  it('keeps the promise of 15 min for agents that keep nothing, with a minute to spare', () => {
    const agent = { ...concierge, retentionDays: 0 }
    const due = watch(sight({ agent }, null), NOW).next
    expect(due).toBeGreaterThanOrEqual(NOW + 10 * 60_000) // time to resume
    expect(due + 60_000).toBeLessThanOrEqual(NOW + 15 * 60_000)
    expect(watch(sight({ agent }, null), due).erase).toBe(true)
  })

  it('never erases under a live call', () => {
    const agent = { ...concierge, retentionDays: 0 }
    expect(watch(sight({ agent }, {}, { lastActivity: 0 }), NOW).erase).toBeUndefined()
  })

  it('looks at the due hang-ups and the end of retention with one alarm', () => {
    const agent = { ...concierge, retentionDays: 0 }
    const soon = sight({ agent }, null, { ending: 1, lastActivity: NOW - SHORTEST_RETENTION_MS + 3_000 })
    expect(watch(soon, NOW)).toMatchObject({ retryHangUps: true, next: NOW + 3_000 })
  })

  it('keeps sessions from before the setting existed for its default', () => {
    const { retentionDays: _, ...agent } = concierge
    const old = sight({ agent: agent as typeof concierge }, null)
    expect(watch(old, NOW).next).toBe(NOW + 30 * DAY_MS)
  })
})

describe('the watchdog near the end of a call', () => {
  const startedAt = NOW - 55 * 60_000

  it('looks exactly when it is time for a fresh call, and says so at each look from then on', () => {
    expect(watch(sight({}, { startedAt: startedAt + 9_000 }), NOW)).toMatchObject({
      rollOver: false,
      next: NOW + 9_000,
    })
    expect(watch(sight({}, { startedAt }), NOW)).toMatchObject({ rollOver: true, next: NOW + WATCH_EVERY_MS })
    expect(watch(sight({}, { startedAt }, { callSeconds: 3400 }), NOW).rollOver).toBe(false)
  })

  it('looks exactly when the second call has had its time, and gives it up', () => {
    const beside = (age: number) => ({ successor: { startedAt: NOW - age } as CallRow })
    expect(watch(sight({}, { startedAt }, beside(2_000)), NOW)).toMatchObject({
      giveUpSuccessor: false,
      next: NOW + OVERLAP_MS - 2_000,
    })
    expect(watch(sight({}, { startedAt }, beside(OVERLAP_MS)), NOW).giveUpSuccessor).toBe(true)
  })
})
