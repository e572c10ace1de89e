/** The table of the items, in the order of the conversation. */
import type { Sql } from './ports.ts'

const TABLE =
  'CREATE TABLE IF NOT EXISTS items (id TEXT NOT NULL, position REAL NOT NULL, seq INTEGER NOT NULL, data TEXT NOT NULL, PRIMARY KEY (position, id)) WITHOUT ROWID'

/** Makes it where it is missing, and anew where it is from the time when items lay in the order of their ids. */
export function createItems(sql: Sql): void {
  sql.exec(TABLE)
  const made = sql.exec("SELECT sql FROM sqlite_master WHERE name = 'items'").one().sql
  if (!String(made).includes('id TEXT PRIMARY KEY')) return
  sql.exec('ALTER TABLE items RENAME TO items_by_id')
  sql.exec(TABLE)
  sql.exec('INSERT INTO items (id, position, seq, data) SELECT id, position, seq, data FROM items_by_id')
  sql.exec('DROP TABLE items_by_id')
}
