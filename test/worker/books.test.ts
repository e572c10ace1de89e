import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { newId } from '../../protocol/ids.ts'
import { BookStore } from '../../worker/ledger/books.ts'
import { type Books, count, emptyBooks, expire, type Hold, hold, release } from '../../worker/ledger/budget.ts'

const NOON = Date.UTC(2026, 10, 20, 12)
const DAY = 24 * 3_600_000
const paces = { agent: { session: 9, call: 9 }, visitor: { session: 3, call: 3 } }
const caps = { day: 1000, visitorDay: 500, month: 5000, calls: 9, paces }
const ask = (id: string, visitor: string, more: Partial<Hold> = {}): Hold => ({
  ...{ id, session: id, kind: 'call', visitor, starts: ['session', 'call'], spent: 0, need: 100, wish: 100, caps },
  ...more,
})

/** What a ledger does, one step after the other, each read back from the rows as after a restart. */
async function withRows(run: (step: (change: (books: Books) => Books, visitor?: string) => Books) => void) {
  await runInDurableObject(env.LEDGERS.getByName(newId('itm_')), (_, { storage }) => {
    const store = new BookStore(storage.sql)
    let now = NOON
    run((change, visitor) => {
      const loaded = store.load(now)
      const before = visitor ? store.withVisitor(loaded, visitor) : loaded
      const after = change(before)
      store.save(before, after)
      now += 1000
      const again = store.load(now)
      const known = Object.keys(after.visitors).reduce((books, id) => store.withVisitor(books, id), again)
      expect(known).toEqual(after)
      return known
    })
  })
}

it('a restart forgets neither money nor starts, at any step', async () => {
  await withRows((step) => {
    step((books) => hold(books, ask('a', 'anna'), NOON).books, 'anna')
    step((books) => hold(books, ask('b', 'anna'), NOON).books, 'anna')
    step((books) => hold(books, ask('c', 'ben'), NOON).books, 'ben')
    step((books) => hold(books, ask('a', 'anna', { spent: 70 }), NOON).books, 'anna')
    step((books) => release(books, 'b', 20, NOON), 'anna')
    const books = step((before) => release(before, 'c', 0, NOON), 'ben')
    expect(books).toMatchObject({ daySpent: 90, monthSpent: 90, visitors: { anna: { spent: 90 } } })
    const third = hold(books, ask('d', 'anna'), NOON)
    expect(third.answer.ok).toBe(true)
    expect(hold(third.books, ask('e', 'anna'), NOON).answer).toMatchObject({ code: 'rate_limited', whose: 'visitor' })
  })
})

it('a start without money is counted all the same', async () => {
  await withRows((step) => {
    const start = { visitor: 'anna', starts: ['session'], paces } as const
    for (let n = 0; n < 3; n++) step((books) => count(books, start, NOON).books, 'anna')
    step((books) => {
      expect(count(books, start, NOON)).toMatchObject({ ok: false, tooFast: { retryAfter: 1200 } })
      return books
    }, 'anna')
  })
})

it('the day is over: its sum stays for the month, what still lives starts anew, visitors are forgotten', async () => {
  await withRows((step) => {
    step((books) => hold(books, ask('a', 'anna'), NOON).books, 'anna')
    step((books) => hold(books, ask('a', 'anna', { spent: 80 }), NOON).books, 'anna')
    step((books) => hold(books, ask('b', 'ben'), NOON).books, 'ben')
    step((books) => release(books, 'b', 30, NOON), 'ben')
    const next = step((books) => hold(books, ask('a', 'anna', { spent: 90 }), NOON + DAY).books, 'anna')
    expect(next).toMatchObject({ day: '2026-11-21', daySpent: 10, monthSpent: 120, visitors: { anna: { spent: 10 } } })
    const over = step((books) => expire(books, NOON + 2 * DAY))
    // What the lease had set aside counts as spent.
    expect(over).toMatchObject({ day: '2026-11-22', daySpent: 100, monthSpent: 220, leases: {} })
  })
})

it('no row of a visitor outlives its day', async () => {
  await runInDurableObject(env.LEDGERS.getByName(newId('itm_')), (_, { storage }) => {
    const store = new BookStore(storage.sql)
    const started = hold(emptyBooks(NOON), ask('a', 'anna'), NOON).books
    store.save(emptyBooks(NOON), started)
    const ended = release(started, 'a', 50, NOON)
    store.save(started, ended)
    expect(store.hasVisitors()).toBe(true)
    store.save(ended, expire(ended, NOON + DAY))
    expect(store.hasVisitors()).toBe(false)
  })
})
