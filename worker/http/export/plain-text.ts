/** Plain text: `[time] role: words`. Only the first line of an item begins at the margin, so no words can pose as a turn. */
import { type Formatter, isoTime, markOf, speakerOf, wordsOf } from './formatter.ts'

const LINE_ENDS = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/g

export function plainText(): Formatter {
  return {
    type: 'text/plain; charset=utf-8',
    head: () => '',
    item(item) {
      const words = [wordsOf(item).replace(LINE_ENDS, '\n    '), markOf(item)].filter(Boolean).join(' ')
      return `[${isoTime(item.at)}] ${speakerOf(item)}: ${words}\n`
    },
  }
}
