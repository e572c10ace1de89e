/** The index's database. Its tables are made with the first question after a deploy: nobody has to run anything. */
import { MIGRATIONS } from './schema.ts'

/** Databases that were looked at in the life of this isolate. */
const ready = new WeakMap<D1Database, Promise<void>>()

/** The database with all its tables. @throws Error where it does not answer */
export async function recordsOf(db: D1Database): Promise<D1Database> {
  const known = ready.get(db)
  const migrating = known ?? migrate(db)
  if (!known) {
    ready.set(db, migrating)
    migrating.catch(() => ready.delete(db)) // tried again with the next question
  }
  await migrating
  return db
}

async function migrate(db: D1Database): Promise<void> {
  await db.exec('CREATE TABLE IF NOT EXISTS migrations (step INTEGER PRIMARY KEY, at INTEGER NOT NULL)')
  for (const [step, statements] of MIGRATIONS.entries()) {
    if (await isDone(db, step)) continue
    try {
      // First: of two that begin at once, the later fails here and changes nothing.
      const note = db.prepare('INSERT INTO migrations (step, at) VALUES (?, ?)').bind(step, Date.now())
      await db.batch([note, ...statements.map((statement) => db.prepare(statement))])
    } catch (error) {
      if (!(await isDone(db, step))) throw error
    }
  }
}

async function isDone(db: D1Database, step: number): Promise<boolean> {
  return (await db.prepare('SELECT 1 FROM migrations WHERE step = ?').bind(step).first()) !== null
}
