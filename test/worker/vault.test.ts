import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { agents } from '../../agents/index.ts'
import { newId } from '../../protocol/ids.ts'
import type { Item } from '../../protocol/item.ts'
import { createApp } from '../../worker/http/app.ts'
import { Store } from '../../worker/session/store.ts'
import { Vault } from '../../worker/session/vault.ts'
import { ask, connect, createSession, ORIGIN } from './support.ts'

const SECRET = 'the secret of today'
const OLD = 'the secret of yesterday'
const NEW = 'the secret of tomorrow'

/** On the real rows of an object that has no session. */
async function withRows(test: (sql: SqlStorage, vault: (secrets?: string[], owner?: string) => Vault) => void) {
  await runInDurableObject(env.SESSIONS.getByName(newId('ses_')), (_, { storage }) => {
    test(storage.sql, (secrets = [SECRET], owner = 'mine') => new Vault({ sql: storage.sql, owner, secrets }))
  })
}

const item = (id: string, text: string): Item => ({
  id,
  position: 1,
  role: 'user',
  kind: 'message',
  text,
  status: 'completed',
  via: 'voice',
  call: null,
  at: 0,
  heard: { ms: 1, estimated: true },
  tool: { name: 'lookup_guest', callId: 'tc_1' },
})

/** Everything that stands in the tables of an object. */
function dump(sql: SqlStorage): string {
  const tables = sql.exec("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'")
  return tables
    .toArray()
    .map(({ name }) => JSON.stringify(sql.exec(`SELECT * FROM ${String(name)}`).toArray()))
    .join('\n')
}

describe('Vault', () => {
  it('gives back what it was given, whatever it was', () =>
    withRows((_, vault) => {
      const open = vault()
      for (const text of ['', 'Hello', 'مرحبا 👩‍👩‍👧', 'x'.repeat(100_000)]) {
        expect(open.open(open.seal(text, 'a'), 'a')).toBe(text)
      }
    }))

  it('never writes the same text the same way', () =>
    withRows((_, vault) => {
      const open = vault()
      expect(open.seal('Hello', 'a')).not.toBe(open.seal('Hello', 'a'))
    }))

  it('opens nothing in another place, changed, for another owner, or with another secret', () =>
    withRows((_, vault) => {
      const sealed = vault().seal('Hello', 'a')
      const bytes = Uint8Array.fromBase64(sealed)
      bytes[14] = (bytes[14] ?? 0) ^ 1
      expect(vault().open(sealed, 'a')).toBe('Hello')
      expect(() => vault().open(sealed, 'b')).toThrow()
      expect(() => vault().open(bytes.toBase64(), 'a')).toThrow()
      expect(() => vault().open(sealed.slice(0, 8), 'a')).toThrow()
      expect(() => vault([SECRET], 'yours').open(sealed, 'a')).toThrow()
      expect(() => vault([OLD]).open(sealed, 'a')).toThrow(/No secret for key/)
    }))

  it('takes a session over to a new secret, after which the old one is not needed', () =>
    withRows((_, vault) => {
      const sealed = vault([OLD]).seal('Hello', 'a')
      expect(vault([NEW]).locked).toBe(true)
      expect(vault([NEW, OLD]).locked).toBe(false)
      expect(vault([NEW, OLD]).open(sealed, 'a')).toBe('Hello')
      expect(vault([NEW]).locked).toBe(false)
      expect(vault([NEW]).open(sealed, 'a')).toBe('Hello')
      expect(vault([OLD]).locked).toBe(true)
    }))

  it('can open nothing any more once its row is gone', () =>
    withRows((sql, vault) => {
      const open = vault()
      const sealed = open.seal('Hello', 'a')
      sql.exec('DROP TABLE vault')
      open.reset()
      expect(() => open.open(sealed, 'a')).toThrow('The key was destroyed')
      expect(open.open(open.seal('new', 'a'), 'a')).toBe('new')
      expect(() => open.open(sealed, 'a')).toThrow()
    }))
})

describe('stored items', () => {
  it('say nothing in the rows, and everything to the store', () =>
    withRows((sql, vault) => {
      const store = new Store(sql, vault())
      store.saveItem(item('itm_1', 'my number is 5550142'))
      expect(new Store(sql, vault()).itemsAfter(0, 10)).toEqual([item('itm_1', 'my number is 5550142')])
      const rows = dump(sql)
      expect(rows).toContain('itm_1')
      for (const word of ['5550142', 'number', 'lookup_guest', 'tc_1', 'estimated']) expect(rows).not.toContain(word)
    }))

  it('cannot be exchanged for each other or for an older state of themselves', () =>
    withRows((sql, vault) => {
      const store = new Store(sql, vault())
      const rowOf = (id: string) => String(sql.exec('SELECT data FROM items WHERE id = ?', id).one().data)
      store.saveItem(item('itm_1', 'yes'))
      const old = rowOf('itm_1')
      store.saveItem(item('itm_1', 'no'))
      store.saveItem(item('itm_2', 'other'))
      for (const foreign of [old, rowOf('itm_2')]) {
        sql.exec("UPDATE items SET data = ? WHERE id = 'itm_1'", foreign)
        expect(() => store.item('itm_1')).toThrow()
      }
    }))

  it('from before rows were sealed can still be read', () =>
    withRows((sql, vault) => {
      const store = new Store(sql, vault())
      const { id, position, ...data } = item('itm_1', 'long ago')
      sql.exec('INSERT INTO items VALUES (?, ?, 1, ?)', id, position, JSON.stringify(data))
      expect(store.item('itm_1')).toMatchObject({ text: 'long ago', tool: { name: 'lookup_guest' } })
    }))
})

describe('a session', () => {
  it('has none of its words in its rows', async () => {
    const { session, token } = await createSession()
    const widget = await connect(session, token)
    widget.send({ type: 'text', id: newId('txt_'), text: 'quarterdeck marzipan' })
    await widget.until(
      (frames) => frames.some((frame) => frame.type === 'update' && frame.item.text.includes('You said')),
      'an answer',
    )
    await runInDurableObject(env.SESSIONS.getByName(session), (_, { storage }) => {
      const rows = dump(storage.sql)
      expect(rows).toContain('sealed')
      expect(rows).not.toMatch(/quarterdeck|marzipan|You said/)
    })
  })

  it('opens for a token from before the secret was changed', async () => {
    const { session, token } = await createSession()
    const get = (secrets: object) =>
      createApp(agents).request(
        `/v1/sessions/${session}/transcript`,
        { headers: { Origin: ORIGIN, Authorization: `Bearer ${token}` } },
        { ...env, ...secrets },
      )
    expect((await ask(`/v1/sessions/${session}/transcript`, { token })).status).toBe(200)
    expect((await get({ PARLEY_SECRET: NEW })).status).toBe(401)
    expect((await get({ PARLEY_SECRET: NEW, PARLEY_SECRET_PREVIOUS: OLD })).status).toBe(401)
    expect((await get({ PARLEY_SECRET: NEW, PARLEY_SECRET_PREVIOUS: env.PARLEY_SECRET })).status).toBe(200)
  })
})
