import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import type { Item } from '../../protocol/item.ts'
import { Store } from '../../worker/session/store.ts'
import { createSession, testVault } from './support.ts'

function item(n: number, more: Partial<Item> = {}): Item {
  const base = {
    id: `i${n}`,
    position: n,
    role: 'user',
    kind: 'message',
    text: `words ${n}`,
    status: 'completed',
  } as const
  return { ...base, via: 'voice', call: null, at: n, ...more }
}

/** Runs with the storage of an object whose rows are all gone. */
async function withRows(use: (storage: DurableObjectStorage, open: () => Store) => void): Promise<void> {
  const { session } = await createSession()
  await runInDurableObject(env.SESSIONS.getByName(session), async (_, { storage }) => {
    for (const table of ['items', 'vault']) storage.sql.exec(`DROP TABLE ${table}`)
    use(storage, () => new Store(storage.sql, testVault(storage.sql)))
  })
}

it('takes over items from before they lay in the order of the conversation', async () => {
  await withRows(({ sql }, open) => {
    const before = open()
    for (const n of [3, 1, 2]) before.saveItem(item(n))
    sql.exec('ALTER TABLE items RENAME TO moved')
    sql.exec(
      'CREATE TABLE items (id TEXT PRIMARY KEY, position REAL NOT NULL, seq INTEGER NOT NULL, data TEXT NOT NULL) WITHOUT ROWID',
    )
    sql.exec('INSERT INTO items SELECT id, position, seq, data FROM moved')

    const after = open()
    expect([...after.newestFirst()]).toEqual([item(3), item(2), item(1)])
    expect(after.item('i2')).toEqual(item(2))
    expect(after.saveItem(item(2, { text: 'other words' }))).toBe(4)
    expect(
      open()
        .itemsAfter(0, 10)
        .map(({ text }) => text),
    ).toEqual(['words 1', 'other words', 'words 3'])
  })
})

it('knows an item by its id and counts it once, whether or not it was seen in this life of the object', async () => {
  await withRows((_, open) => {
    const first = open()
    expect(first.item('i1')).toBe(null)
    first.saveItem(item(1, { status: 'in_progress' }))
    first.saveItem(item(1))
    expect(first.itemCount()).toBe(1)

    const second = open()
    second.saveItem(item(1, { text: 'again' }))
    second.saveItem(item(2))
    expect(second.itemCount()).toBe(2)
    expect(second.item('i1')?.text).toBe('again')
    expect(open().itemCount()).toBe(2)
  })
})

it('reads of a long conversation only its end, and finds there what was left unfinished', async () => {
  await withRows((storage, open) => {
    const written = open()
    const LENGTH = 3000
    const LATE = 9e12
    for (let n = 1; n <= LENGTH; n++)
      written.saveItem(
        item(n, { ...(n === LENGTH - 500 ? { status: 'in_progress' } : {}), ...(n === LENGTH ? { at: LATE } : {}) }),
      )

    const store = open()
    let rows = 0
    const exec = storage.sql.exec.bind(storage.sql)
    storage.sql.exec = ((query: string, ...bindings: unknown[]) => {
      const cursor = exec(query, ...bindings)
      const all = cursor.toArray()
      rows += cursor.rowsRead
      return { toArray: () => all, one: () => all[0] }
    }) as typeof storage.sql.exec
    const newest = store.newestFirst()
    expect(newest.next().value).toMatchObject({ id: `i${LENGTH}` })
    expect(store.positionAfter()).toBe(LENGTH + 1)
    expect(store.lastActivity()).toBe(LATE)
    expect(rows).toBeLessThan(1000)
    expect(store.unfinishedItems()).toMatchObject([{ id: `i${LENGTH - 500}` }])
  })
})
