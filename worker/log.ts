/**
 * Structured log lines: a fixed code and a few ids and numbers. Never text of a conversation, SDP, tokens, headers or
 * bodies: there is no parameter that would take them.
 */
type Field = string | number | boolean | undefined

export interface Log {
  info(code: string, fields?: Record<string, Field>): void
  error(code: string, fields?: Record<string, Field>): void
  /** The same log with fields that every line carries. */
  with(fields: Record<string, Field>): Log
}

export function createLog(bound: Record<string, Field> = {}): Log {
  const line = (level: string, code: string, fields: Record<string, Field> = {}) =>
    JSON.stringify({ level, code, ...bound, ...fields })
  return {
    info: (code, fields) => console.log(line('info', code, fields)),
    error: (code, fields) => console.error(line('error', code, fields)),
    with: (fields) => createLog({ ...bound, ...fields }),
  }
}
