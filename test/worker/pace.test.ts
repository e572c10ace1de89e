import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Pace, RESTED, type Start, take } from '../../worker/ledger/pace.ts'

const NOW = Date.UTC(2026, 10, 20, 12)
const HOUR = 3_600_000

/** Starts at these times (ms after `NOW`); answers which were let through, and how long each of the others had to wait. */
function run(times: readonly number[], perHour: number, start: Start = 'call') {
  let pace: Pace = RESTED
  return times.map((time) => {
    const taken = take(pace, { session: perHour, call: perHour }, [start], NOW + time)
    if (taken.ok) pace = taken.pace
    return taken.ok ? 'ok' : taken.waitMs
  })
}

describe('an allowance', () => {
  it('may be used up at once, and comes back little by little', () => {
    const tenMinutes = HOUR / 6
    expect(run([0, 0, 0, 0, 0, 0, 0], 6)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok', 'ok', tenMinutes])
    expect(run([0, 0, 0, 0, 0, 0, tenMinutes - 1, tenMinutes, tenMinutes], 6).slice(6)).toEqual([1, 'ok', tenMinutes])
  })

  it('is never noticed on a bad network, and slows a loop down', () => {
    const everyMinute = Array.from({ length: 180 }, (_, minute) => minute * 60_000)
    expect(run(everyMinute, 120)).toEqual(everyMinute.map(() => 'ok'))
    const everySecond = Array.from({ length: 3600 }, (_, second) => second * 1000)
    expect(run(everySecond, 120).filter((one) => one === 'ok')).toHaveLength(239)
  })

  it('is one for sessions and one for calls; a start that needs both takes both or none', () => {
    const allowance = { session: 1, call: 2 }
    const first = take(RESTED, allowance, ['session', 'call'], NOW)
    if (!first.ok) throw new Error('refused')
    expect(take(first.pace, allowance, ['call', 'session'], NOW)).toEqual({ ok: false, waitMs: HOUR })
    expect(take(first.pace, allowance, ['call'], NOW)).toMatchObject({ ok: true })
  })

  it('keeps its word: what waits as long as it was told is let through, and not before', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: HOUR }), { maxLength: 40 })
    fc.assert(
      fc.property(gaps, fc.integer({ min: 1, max: 5000 }), (between, perHour) => {
        let [pace, now]: [Pace, number] = [RESTED, NOW]
        const allowance = { session: perHour, call: perHour }
        for (const gap of between) {
          now += gap
          const taken = take(pace, allowance, ['call'], now)
          if (taken.ok) pace = taken.pace
          else {
            expect(take(pace, allowance, ['call'], now + taken.waitMs)).toMatchObject({ ok: true })
            expect(take(pace, allowance, ['call'], now + taken.waitMs - 1)).toMatchObject({ ok: false })
          }
        }
      }),
    )
  })

  it('that is without end lets everything through', () => {
    expect(take(RESTED, { session: Infinity, call: Infinity }, ['session', 'call'], NOW)).toMatchObject({ ok: true })
  })
})
