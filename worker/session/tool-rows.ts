/**
 * One row for each call of a tool, written before the tool is run: so that a call is never run twice, and after a crash
 * is known to have been begun. What it was called with and what came of it are items of the transcript, which are sealed.
 */
import type { Sql } from './ports.ts'
import type { Vault } from './vault.ts'

/** What the visitor was asked before the tool is run. */
export interface Asked {
  /** Kept sealed: it says what the tool was called with. */
  ask: { label: string; text: string }
  /** ms since 1970 */
  until: number
  /** Null as long as nobody has answered. */
  yes: boolean | null
}

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
  asked?: Asked
  /** It was sent to a page. */
  sent?: boolean
  /** The provider calls it, at an MCP server, and waits for the visitor's approval. */
  atServer?: true
  /** Item in which the visitor's answer is sent to the provider. */
  reply?: string
}

/** As it is written down. */
type Stored = Pick<ToolRow, 'item' | 'home' | 'told' | 'sent' | 'atServer' | 'reply'> & {
  asked?: Omit<Asked, 'ask'> & { sealed: string }
}

export class ToolRows {
  readonly #sql: Sql
  readonly #vault: Pick<Vault, 'seal' | 'open'>

  constructor(sql: Sql, vault: Pick<Vault, 'seal' | 'open'>) {
    this.#sql = sql
    this.#vault = vault
    this.reset()
  }

  /** Makes the table, at the start and after everything was erased. */
  reset(): void {
    this.#sql.exec(SCHEMA)
  }

  get(callId: string): ToolRow | null {
    return this.#rows('WHERE call_id = ?', callId)[0] ?? null
  }

  save({ callId, result, asked, ...row }: ToolRow): void {
    const stored: Stored = asked ? { ...row, asked: this.#sealed(callId, asked) } : row
    this.#sql.exec(
      'INSERT OR REPLACE INTO tool_calls (call_id, result, data) VALUES (?, ?, ?)',
      callId,
      result,
      JSON.stringify(stored),
    )
  }

  /** @param item of the call */
  ofCall(item: string): ToolRow | null {
    return this.#rows("WHERE json_extract(data, '$.item') = ?", item)[0] ?? null
  }

  ofResult(item: string): ToolRow | null {
    return this.#rows('WHERE result = ?', item)[0] ?? null
  }

  /** Begun, and perhaps without a result. */
  unfinished(): ToolRow[] {
    return this.#rows(`WHERE (result IS NULL OR NOT json_extract(data, '$.told')) AND ${OURS}`)
  }

  /** Of MCP servers, and nothing came of them yet. */
  openAtServers(): ToolRow[] {
    return this.#rows(`WHERE result IS NULL AND NOT (${OURS})`)
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
      .map(({ call_id, result, data }) => {
        const callId = String(call_id)
        const { asked, ...row } = JSON.parse(String(data)) as Stored
        const known = { ...row, callId, result: result === null ? null : String(result) }
        return asked ? { ...known, asked: this.#opened(callId, asked) } : known
      })
  }

  #sealed(callId: string, { ask, ...asked }: Asked): Stored['asked'] {
    return { ...asked, sealed: this.#vault.seal(JSON.stringify(ask), placeOf(callId)) }
  }

  #opened(callId: string, { sealed, ...asked }: NonNullable<Stored['asked']>): Asked {
    return { ...asked, ask: JSON.parse(this.#vault.open(sealed, placeOf(callId))) as Asked['ask'] }
  }
}

function placeOf(callId: string): string {
  return `asked|${callId}`
}

const OURS = "json_extract(data, '$.atServer') IS NULL"

const SCHEMA =
  'CREATE TABLE IF NOT EXISTS tool_calls (call_id TEXT PRIMARY KEY, result TEXT, data TEXT NOT NULL) WITHOUT ROWID'
