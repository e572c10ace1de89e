/**
 * WebVTT (W3C, https://www.w3.org/TR/webvtt1/). Cues begin when the item began, counted from the start of the call. How
 * long something was spoken is only known of interrupted turns; for the rest it is estimated from the length of the text.
 */
import type { Item } from '../../../protocol/item.ts'
import { type Formatter, type Heading, markOf, speakerOf, wordsOf } from './formatter.ts'

/** About 150 words a minute, six characters a word. */
const SPOKEN_MS_PER_CHARACTER = 66
const SHORTEST_CUE_MS = 1_000
/** An empty line would end the cue. */
const LINE_ENDS = /[\s\0]*[\r\n][\s\0]*/g

export function webVtt({ startedAt }: Heading): Formatter {
  let last = 0
  return {
    type: 'text/vtt; charset=utf-8',
    head: () => 'WEBVTT\n',
    item(item) {
      const text = [wordsOf(item).trim(), item.source ? markOf(item) : ''].join(' ').trim().replace(LINE_ENDS, '\n')
      if (text === '') return ''
      // A cue may not begin before the one above it (webvtt1, section 4.1).
      const begin = Math.max(last, Math.round(item.at - startedAt))
      last = begin
      return `\n${time(begin)} --> ${time(begin + spokenMs(item))}\n<v ${escaped(speakerOf(item))}>${escaped(text)}\n`
    },
  }
}

function spokenMs({ text, heard }: Item): number {
  return Math.max(SHORTEST_CUE_MS, Math.round(heard?.ms ?? text.length * SPOKEN_MS_PER_CHARACTER))
}

/** Without `>` there is no `-->` either, which would begin another cue. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function time(ms: number): string {
  const two = (n: number) => String(Math.floor(n)).padStart(2, '0')
  const seconds = ms / 1000
  return `${two(seconds / 3600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}.${String(ms % 1000).padStart(3, '0')}`
}
