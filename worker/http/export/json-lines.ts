/** JSON Lines: one item a line, exactly as the JSON answer has it. */
import type { Formatter } from './formatter.ts'

/** Fine inside JSON, but many readers take them for the end of a line (Unicode's NEL, LS and PS). */
const OTHER_LINE_ENDS = /[\u0085\u2028\u2029]/g

export function jsonLines(): Formatter {
  return {
    type: 'application/x-ndjson',
    head: () => '',
    item: (item) => `${JSON.stringify(item).replace(OTHER_LINE_ENDS, escaped)}\n`,
  }
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
