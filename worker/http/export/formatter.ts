/** What every export format is: pure functions from items to text, so that a transcript of any length can be streamed. */
import type { Item } from '../../../protocol/item.ts'

/** What a format may tell about the transcript as a whole. Times are ms since 1970. */
export interface Heading {
  session: string
  /** Where the clock of a recording starts: the beginning of the first call, or of the only one that is exported. */
  startedAt: number
}

export interface Formatter {
  /** The whole `Content-Type`. */
  type: string
  head: string
  /** Text of one item, line break included; items come in conversation order. */
  item(item: Item): string
}

/** Behind what was not said to its end; empty for what was. */
export function statusMark({ status }: Item): string {
  return status === 'completed' ? '' : `(${status.replace('_', ' ')})`
}

export function isoTime(ms: number): string {
  return new Date(ms).toISOString()
}
