/** A transcript as `Accept` asks for it: JSON in pages, or the whole of it in another format. */
import { accepts } from 'hono/accepts'
import { type ToldTranscript, TranscriptQuerySchema } from '../../protocol/api.ts'
import type { Item } from '../../protocol/item.ts'
import { check } from './body.ts'
import type { AppContext } from './context.ts'
import type { Formatter, Heading } from './export/formatter.ts'
import { jsonLines } from './export/json-lines.ts'
import { markdown } from './export/markdown.ts'
import { plainText } from './export/plain-text.ts'
import { streamTranscript } from './export/stream.ts'
import { webVtt } from './export/web-vtt.ts'

/** Items asked for at once when the whole is wanted. */
const MAX_PAGE = 500

const FORMATS: Readonly<Record<string, (heading: Heading) => Formatter>> = {
  'application/x-ndjson': jsonLines,
  'text/markdown': markdown,
  'text/plain': plainText,
  'text/vtt': webVtt,
}
const JSON_TYPE = 'application/json'

export interface TranscriptSource {
  id: string
  /** @param after position of an item */
  readPage(after: number, limit: number): Promise<ToldTranscript>
  /** When that call began, or the first of all (ms since 1970). */
  startedAt(call: string | undefined): Promise<number>
}

export async function answerTranscript(c: AppContext, source: TranscriptSource): Promise<Response> {
  const { after, limit, call } = check(TranscriptQuerySchema, c.req.query())
  const wanted = (item: Item) => call === undefined || item.call === call
  const type = accepts(c, { header: 'Accept', supports: [JSON_TYPE, ...Object.keys(FORMATS)], default: JSON_TYPE })
  const format = FORMATS[type]
  if (!format) {
    const page = await source.readPage(after, limit)
    return c.json({ ...page, items: page.items.filter(wanted) })
  }
  const formatter = format({ session: source.id, startedAt: await source.startedAt(call) })
  const stream = await streamTranscript((from) => source.readPage(from, MAX_PAGE), formatter, wanted)
  return c.body(stream, 200, { 'Content-Type': formatter.type })
}
