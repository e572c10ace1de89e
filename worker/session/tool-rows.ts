/**
 * One row for each call of a tool, written before the tool is run: so that a call is never run twice, and after a crash
 * is known to have been begun. What it was called with and what came of it are items of the transcript, which are sealed.
 */
import type { Sql } from './ports.ts'

export interface ToolRow {
  /** The provider's id of the call. */
  callId: string
  /** The item of the call, and of its result; that one is stored right after this row. */
  item: string
  result: string | null
  /** The call of the session in which the result is to be told; null while nothing but a text line was there. */
  home: string | null
  /** The provider has confirmed the result there. */
  told: boolean
}

export class ToolRows {
  readonly #sql: Sql

  constructor(sql: Sql) {
    this.#sql = sql
    this.reset()
  }

  /** Makes the table, at the start and after everything was erased. */
  reset(): void {
    this.#sql.exec(SCHEMA)
  }

  get(callId: string): ToolRow | null {
    return this.#rows('WHERE call_id = ?', callId)[0] ?? null
  }

  save({ callId, result, ...row }: ToolRow): void {
    this.#sql.exec(
      'INSERT OR REPLACE INTO tool_calls (call_id, result, data) VALUES (?, ?, ?)',
      callId,
      result,
      JSON.stringify(row),
    )
  }

  ofResult(item: string): ToolRow | null {
    return this.#rows('WHERE result = ?', item)[0] ?? null
  }

  /** Begun, and perhaps without a result. */
  unfinished(): ToolRow[] {
    return this.#rows("WHERE result IS NULL OR NOT json_extract(data, '$.told')")
  }

  /** Those of a call whose result the provider has not confirmed. */
  untold(home: string): ToolRow[] {
    const where = "WHERE result IS NOT NULL AND json_extract(data, '$.home') = ? AND NOT json_extract(data, '$.told')"
    return this.#rows(where, home)
  }

  #rows(where: string, ...bindings: unknown[]): ToolRow[] {
    return this.#sql
      .exec(`SELECT call_id, result, data FROM tool_calls ${where}`, ...bindings)
      .toArray()
      .map(({ call_id, result, data }) => ({
        ...(JSON.parse(String(data)) as Pick<ToolRow, 'item' | 'home' | 'told'>),
        callId: String(call_id),
        result: result === null ? null : String(result),
      }))
  }
}

const SCHEMA =
  'CREATE TABLE IF NOT EXISTS tool_calls (call_id TEXT PRIMARY KEY, result TEXT, data TEXT NOT NULL) WITHOUT ROWID'
