import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Books,
  type Caps,
  emptyBooks,
  expire,
  type Hold,
  hold,
  LEASE_MS,
  nextExpiry,
  release,
} from '../../worker/ledger/budget.ts'

const NOON = Date.UTC(2026, 10, 20, 12)
const MANY = { session: 1000, call: 1000 }
const CAPS: Caps = { day: 1000, visitorDay: null, month: null, calls: 100, paces: { agent: MANY, visitor: MANY } }
const ask = (more: Partial<Hold> = {}): Hold => ({
  id: 'call_a',
  session: 'ses_a',
  kind: 'call',
  visitor: 'anna',
  starts: [],
  spent: 0,
  need: 100,
  wish: 100,
  caps: CAPS,
  ...more,
})

function held(books: Books): number {
  return Object.values(books.leases).reduce((sum, lease) => sum + lease.held, 0)
}

/** Carries the questions out one after the other. */
function booksAfter(...asks: Hold[]): Books {
  return asks.reduce((books, one) => hold(books, one, NOON).books, emptyBooks(NOON))
}

describe('hold', () => {
  it('sets aside what is wished where it is free, and at least what is needed', () => {
    expect(hold(emptyBooks(NOON), ask({ wish: 300 }), NOON).answer).toMatchObject({ ok: true, held: 300 })
    const tight = booksAfter(ask({ id: 'b', session: 'b', need: 800, wish: 800 }))
    expect(hold(tight, ask({ wish: 300 }), NOON).answer).toMatchObject({
      ok: true,
      held: 200,
      tightest: { cap: 1000, used: 800 },
    })
  })

  it('refuses what does not fit, and keeps what was set aside before', () => {
    const books = booksAfter(ask({ need: 700, wish: 700 }))
    const other = hold(books, ask({ id: 'b', session: 'b', need: 301, wish: 301 }), NOON)
    expect(other.answer).toMatchObject({ ok: false, code: 'budget_exhausted' })
    expect(other.books.leases).toEqual(books.leases)
    const more = hold(books, ask({ spent: 650, need: 400, wish: 400 }), NOON)
    expect(more.answer).toMatchObject({ ok: false, spent: 650 })
    expect(more.books).toMatchObject({ daySpent: 650, leases: { call_a: { held: 50 } } })
  })

  it('keeps to the month as to the day', () => {
    const caps = { ...CAPS, month: 150 }
    const spent = release(booksAfter(ask({ caps })), 'call_a', 80, NOON)
    expect(hold(spent, ask({ id: 'b', need: 71, caps }), NOON).answer).toMatchObject({ code: 'budget_exhausted' })
    const tomorrow = NOON + 24 * 3600_000
    expect(hold(spent, ask({ id: 'b', need: 71, caps }), tomorrow).answer).toMatchObject({ code: 'budget_exhausted' })
    const december = Date.UTC(2026, 11, 1)
    expect(hold(spent, ask({ id: 'b', need: 71, wish: 71, caps }), december).answer).toMatchObject({ ok: true })
  })

  it('keeps to the day of a visitor, whatever the others do', () => {
    const caps = { ...CAPS, visitorDay: 300 }
    const one = ask({ need: 200, wish: 200, caps })
    const books = booksAfter(one, ask({ ...one, id: 'b', session: 'b', visitor: 'ben' }))
    const more = hold(books, { ...one, id: 'a2', session: 'a2', need: 101, wish: 101 }, NOON)
    expect(more.answer).toMatchObject({ ok: false, code: 'visitor_budget_exhausted' })
    expect(more.books.leases).toEqual(books.leases)
    // Less than a whole answer is not begun with, but what fits is given.
    const fits = hold(books, { ...one, id: 'a2', session: 'a2', need: 50, wish: 300 }, NOON)
    expect(fits.answer).toMatchObject({ ok: true, held: 100, tightest: { of: 'visitor_cap', cap: 300, used: 200 } })
  })

  it('goes on counting a visitor after the call, until the day is over', () => {
    const caps = { ...CAPS, visitorDay: 300 }
    const spent = release(booksAfter(ask({ need: 200, wish: 200, caps })), 'call_a', 180, NOON)
    const again = ask({ id: 'call_2', need: 121, wish: 121, caps })
    expect(hold(spent, again, NOON).answer).toMatchObject({ code: 'visitor_budget_exhausted' })
    expect(hold(spent, again, NOON + 12 * 3600_000).answer).toMatchObject({ ok: true })
  })

  it('counts starts, and nothing of what is refused', () => {
    const paces = { agent: MANY, visitor: { session: 10, call: 2 } }
    const caps = { ...CAPS, paces }
    const start = (id: string, more: Partial<Hold> = {}) => ask({ id, session: id, starts: ['call'], caps, ...more })
    const books = booksAfter(start('a'), start('a'), start('b'), start('c', { need: 5000 }))
    const third = hold(books, start('d'), NOON)
    expect(third.answer).toEqual({ ok: false, code: 'rate_limited', whose: 'visitor', retryAfter: 1800, spent: 0 })
    expect(third.books).toEqual(books)
    expect(hold(books, start('d', { visitor: 'ben' }), NOON).answer).toMatchObject({ ok: true })
    expect(hold(books, start('d'), NOON + 1_800_000).answer).toMatchObject({ ok: true })
    // What carries a call goes on: its questions are no starts.
    expect(hold(books, start('a'), NOON).answer).toMatchObject({ ok: true })
  })

  it('counts the starts of all visitors together', () => {
    const caps = { ...CAPS, paces: { agent: { session: 2, call: 9 }, visitor: MANY } }
    const start = (visitor: string) =>
      ask({ id: visitor, session: visitor, visitor, starts: ['session', 'call'], caps, need: 1 })
    const books = booksAfter(start('anna'), start('ben'))
    expect(hold(books, start('cleo'), NOON).answer).toMatchObject({ code: 'rate_limited', whose: 'agent' })
  })

  it('counts calls of other sessions, not the one that is being replaced and not text', () => {
    const caps = { ...CAPS, calls: 1 }
    const books = booksAfter(ask({ caps }), ask({ id: 'ses_t', session: 'ses_t', kind: 'text', caps }))
    expect(hold(books, ask({ id: 'call_b', session: 'ses_b', caps }), NOON).answer).toMatchObject({
      code: 'too_many_calls',
    })
    expect(hold(books, ask({ id: 'call_a2', caps }), NOON).answer).toMatchObject({ ok: true })
    expect(hold(books, ask({ spent: 10, caps }), NOON).answer).toMatchObject({ ok: true })
  })

  it('takes everything that was set aside as spent when it is not known any more', () => {
    const { books, answer } = hold(booksAfter(ask({ need: 100, wish: 300 })), ask({ spent: null }), NOON)
    expect(answer).toMatchObject({ ok: true, spent: 300, held: 100 })
    expect(books.daySpent).toBe(300)
  })
})

describe('release', () => {
  it('settles and gives back, once', () => {
    const books = booksAfter(ask({ need: 500, wish: 500 }))
    const once = release(books, 'call_a', 120, NOON)
    expect(once).toMatchObject({ daySpent: 120, leases: {} })
    expect(release(once, 'call_a', 120, NOON)).toEqual(once)
  })

  it('counts what is spent after midnight for the new day', () => {
    const books = booksAfter(ask({ need: 500, wish: 500 }))
    const midnight = Date.UTC(2026, 10, 21)
    const spent = hold(books, ask({ spent: 100 }), NOON).books
    expect(release(spent, 'call_a', 150, midnight)).toMatchObject({ day: '2026-11-21', daySpent: 50, monthSpent: 150 })
  })
})

describe('a lease that nobody renews', () => {
  it('ends by itself, and what it held counts as spent', () => {
    const books = booksAfter(ask({ need: 300, wish: 300 }))
    expect(nextExpiry(books)).toBe(NOON + LEASE_MS)
    expect(expire(books, NOON + LEASE_MS - 1)).toEqual(books)
    expect(expire(books, NOON + LEASE_MS)).toMatchObject({ daySpent: 300, leases: {} })
  })

  it('is taken up again without being charged twice', () => {
    const over = expire(booksAfter(ask({ need: 300, wish: 300 })), NOON + LEASE_MS)
    const again = hold(over, ask({ spent: 250 }), NOON + LEASE_MS).books
    expect(release(again, 'call_a', 260, NOON + LEASE_MS).daySpent).toBe(310)
  })
})

describe('any sequence', () => {
  const id = fc.constantFrom('a', 'b', 'c', 'd')
  const amount = fc.integer({ min: 0, max: 400 })
  const step = fc.oneof(
    fc.record({ do: fc.constant('hold' as const), id, need: amount, extra: amount, more: amount, ms: amount }),
    fc.record({ do: fc.constant('release' as const), id, more: amount, ms: amount }),
    fc.record({ do: fc.constant('expire' as const), ms: fc.integer({ min: 0, max: LEASE_MS }) }),
  )

  it('never goes below zero nor above a cap while answers stay within what was set aside', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let books = emptyBooks(NOON)
        let now = NOON
        const sum = new Map<string, number>()
        const spend = (lease: string, more: number) => {
          const known = books.leases[lease]
          const total = (known?.spent ?? 0) + Math.min(more, known?.held ?? 0)
          sum.set(lease, total)
          return total
        }
        for (const one of steps) {
          now = Math.min(now + one.ms, Date.UTC(2026, 10, 20, 23, 59))
          if (one.do === 'expire') books = expire(books, now)
          if (one.do === 'release') books = release(books, one.id, spend(one.id, one.more), now)
          if (one.do === 'hold') {
            const spent = spend(one.id, one.more)
            const wish = one.need + one.extra
            const visitor = one.id < 'c' ? 'anna' : 'ben'
            const more = { session: one.id, visitor, caps: { ...CAPS, visitorDay: 700 } }
            books = hold(books, ask({ id: one.id, need: one.need, wish, spent, ...more }), now).books
          }
          for (const visitor of ['anna', 'ben']) {
            const theirs = Object.values(books.leases).filter((lease) => lease.visitor === visitor)
            const aside = theirs.reduce((sum, lease) => sum + lease.held, 0)
            expect((books.visitors[visitor]?.spent ?? 0) + aside).toBeLessThanOrEqual(700)
          }
          expect(books.daySpent + held(books)).toBeLessThanOrEqual(CAPS.day)
          expect(books.daySpent).toBeGreaterThanOrEqual(0)
          for (const lease of Object.values(books.leases)) expect(lease.held).toBeGreaterThanOrEqual(0)
        }
      }),
    )
  })

  it('changes nothing when any message comes twice', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const run = (times: number) => {
          let books = emptyBooks(NOON)
          const spent = new Map<string, number>()
          for (const one of steps) {
            if (one.do === 'expire') continue
            const total = (spent.get(one.id) ?? 0) + one.more
            spent.set(one.id, one.do === 'release' ? 0 : total)
            for (let n = 0; n < times; n++) {
              books =
                one.do === 'release'
                  ? release(books, one.id, total, NOON)
                  : hold(books, ask({ id: one.id, session: one.id, need: one.need, spent: total }), NOON).books
            }
          }
          return books
        }
        expect(run(2)).toEqual(run(1))
      }),
    )
  })
})
