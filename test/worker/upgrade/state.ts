/** What Durable Objects have on disk, as JSON, to be put into objects of a later version. */
import { abortAllDurableObjects, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { Buffer } from 'node:buffer'

type Cell = string | number | null | { base64: string }

interface Table {
  /** Its CREATE statement. */
  sql: string
  rows: Record<string, Cell>[]
}

/** One agent's objects and one session of it. */
export interface State {
  /** ms since 1970 */
  takenAt: number
  /** Version of Parley that wrote it. */
  version: string
  agent: string
  session: string
  /** Good when it was taken. */
  token: string
  idempotencyKey: string
  objects: { SESSIONS: Table[]; LEDGERS: Table[]; VISITORS: Table[] }
}

export type Kept = Pick<State, 'agent' | 'session'>

const stubs = ({ agent, session }: Kept) => ({
  SESSIONS: env.SESSIONS.getByName(session),
  LEDGERS: env.LEDGERS.getByName(agent),
  VISITORS: env.VISITORS.getByName(agent),
})

export async function take(kept: Kept): Promise<State['objects']> {
  const [SESSIONS, LEDGERS, VISITORS] = await Promise.all(
    Object.values(stubs(kept)).map((stub) => runInDurableObject(stub, (_, { storage }) => tablesOf(storage.sql))),
  )
  return { SESSIONS: SESSIONS ?? [], LEDGERS: LEDGERS ?? [], VISITORS: VISITORS ?? [] }
}

/** As if it had been taken just now; the objects begin anew with it. */
export async function put(state: State): Promise<void> {
  const age = Date.now() - state.takenAt
  for (const [name, stub] of Object.entries(stubs(state)) as [keyof State['objects'], DurableObjectStub][]) {
    await runInDurableObject(stub, async (_, { storage }) => {
      await storage.deleteAll()
      for (const table of state.objects[name]) {
        storage.sql.exec(table.sql)
        for (const row of table.rows) insert(storage.sql, nameOf(table), row, age)
      }
      await storage.setAlarm(Date.now() + 60_000)
    })
  }
  await abortAllDurableObjects()
}

function tablesOf(sql: SqlStorage): Table[] {
  const tables = sql.exec<{ name: string; sql: string }>(
    "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\' AND name NOT LIKE 'sqlite%'",
  )
  return tables.toArray().map(({ name, sql: create }) => ({
    sql: create,
    rows: sql
      .exec(`SELECT * FROM "${name}"`)
      .toArray()
      .map((row) => Object.fromEntries(Object.entries(row).map(([column, cell]) => [column, toJson(cell)]))),
  }))
}

function insert(sql: SqlStorage, table: string, row: Record<string, Cell>, age: number): void {
  const columns = Object.keys(row)
  const marks = columns.map(() => '?').join(', ')
  const cells = Object.values(row).map((cell) => fromJson(cell, age))
  sql.exec(`INSERT INTO "${table}" (${columns.map((one) => `"${one}"`).join(', ')}) VALUES (${marks})`, ...cells)
}

function nameOf({ sql }: Table): string {
  const [, name] = /^CREATE TABLE (?:IF NOT EXISTS )?"?(\w+)/.exec(sql) ?? []
  if (!name) throw new Error(`no table: ${sql}`)
  return name
}

function toJson(cell: SqlStorageValue): Cell {
  return cell instanceof ArrayBuffer ? { base64: Buffer.from(cell).toString('base64') } : cell
}

function fromJson(cell: Cell, age: number): SqlStorageValue {
  if (typeof cell === 'object' && cell !== null) return Uint8Array.from(Buffer.from(cell.base64, 'base64')).buffer
  if (typeof cell !== 'string' || !/^[[{]/.test(cell)) return later(cell, age) as SqlStorageValue
  return JSON.stringify(later(JSON.parse(cell), age))
}

/** Times (ms since 1970) move with the test's own; nothing else that is stored is a number of this size. */
function later(value: unknown, age: number): unknown {
  if (typeof value === 'number') return value > 1.6e12 && value < 2.5e12 ? value + age : value
  if (Array.isArray(value)) return value.map((one) => later(one, age))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, later(one, age)]))
}
