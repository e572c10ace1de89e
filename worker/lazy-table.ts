/** A table that is made with its first row: most sessions never need it, and each table costs a new object time and rows. */

/** The part of Durable Object storage that is used for rows. */
export type Sql = Pick<SqlStorage, 'exec'>

export class LazyTable {
  readonly #sql: Sql
  readonly #name: string
  readonly #columns: string
  #exists = false

  constructor(sql: Sql, name: string, columns: string) {
    this.#sql = sql
    this.#name = name
    this.#columns = columns
  }

  /** After everything was erased. */
  reset(): void {
    this.#exists = false
  }

  /** @param rest of the statement: WHERE, ORDER BY and the like */
  rows(rest = '', ...bindings: unknown[]): Record<string, SqlStorageValue>[] {
    return this.select('*', rest, ...bindings)
  }

  /** The same with these columns only. */
  select(columns: string, rest = '', ...bindings: unknown[]): Record<string, SqlStorageValue>[] {
    return this.#isThere() ? this.#sql.exec(`SELECT ${columns} FROM ${this.#name} ${rest}`, ...bindings).toArray() : []
  }

  /** @param change SET and WHERE */
  update(change: string, ...bindings: unknown[]): void {
    if (this.#isThere()) this.#sql.exec(`UPDATE ${this.#name} ${change}`, ...bindings)
  }

  /** Values in the order of the columns. */
  put(...values: unknown[]): void {
    if (!this.#isThere()) this.#sql.exec(`CREATE TABLE ${this.#name} ${this.#columns}`)
    this.#exists = true
    this.#sql.exec(`INSERT OR REPLACE INTO ${this.#name} VALUES (${values.map(() => '?').join(', ')})`, ...values)
  }

  delete(where: string, ...bindings: unknown[]): void {
    if (this.#isThere()) this.#sql.exec(`DELETE FROM ${this.#name} WHERE ${where}`, ...bindings)
  }

  #isThere(): boolean {
    const find = () => this.#sql.exec('SELECT 1 FROM sqlite_master WHERE name = ?', this.#name).toArray().length > 0
    // That it is not there is not remembered: it is asked for seldom.
    this.#exists ||= find()
    return this.#exists
  }
}
