/** What every export format is: pure functions from items to text, so that a transcript of any length can be streamed. */
import type { ToldTranscript } from '../../../protocol/api.ts'
import type { Item, Notice } from '../../../protocol/item.ts'

/** What a format may tell about the transcript as a whole. Times are ms since 1970. */
export interface Heading {
  session: string
  /** Where the clock of a recording starts: the beginning of the first call, or of the only one that is exported. */
  startedAt: number
}

/** What is known of a session beside its words. */
export type Known = Pick<ToldTranscript, 'consents' | 'rating'>

export interface Formatter {
  /** The whole `Content-Type`. */
  type: string
  /** What comes first. @param known of the session, beside its words */
  head(known: Known): string
  /** Text of one item, line break included; items come in conversation order. */
  item(item: Item): string
}

const NOTICES: Readonly<Record<Notice, string>> = {
  gap: 'Something was said here that could not be recovered.',
  tampered: 'The call was ended here, because the page had changed it.',
  idle: 'The call was ended here, because nobody was heard any more.',
  page: 'The assistant was told what is on the page.',
  wrap_up: 'The assistant was told to come to an end.',
}

/** What was said, typed or shown; notices in words. */
export function wordsOf({ kind, text, tool, image }: Item): string {
  if (image) return `[Picture, ${image.width} × ${image.height}]${text && ` ${text}`}`
  if (kind === 'tool_call') return `${tool?.name}(${text})`
  if (kind === 'tool_result') return `${tool?.name} answered${text && `: ${text}`}`
  if (kind === 'fact') return `noted: ${text}`
  return kind === 'notice' && isNotice(text) ? NOTICES[text] : text
}

/** Who said it. People of the site have a name, and are marked: it could be any. */
export function speakerOf({ role, author }: Item): string {
  return role === 'person' ? `${author ?? ''} (person)`.trim() : role
}

/** Behind what was not said to its end, or not by whom it seems; empty for the rest. */
export function markOf({ status, source }: Item): string {
  const marks = [
    status === 'completed' ? '' : status.replace('_', ' '),
    source === 'client' ? 'put in by the page, not said' : '',
  ].filter(Boolean)
  return marks.length > 0 ? `(${marks.join('; ')})` : ''
}

function isNotice(text: string): text is Notice {
  return Object.hasOwn(NOTICES, text)
}

export function isoTime(ms: number): string {
  return new Date(ms).toISOString()
}
