/** `GET /v1/sessions/{id}/transcript`: JSON in pages, or the whole of it in the format that `Accept` asks for. */
import { Hono } from 'hono'
import { accepts } from 'hono/accepts'
import { TranscriptQuerySchema } from '../../protocol/api.ts'
import type { Item } from '../../protocol/item.ts'
import { unwrap } from '../session/result.ts'
import { check } from './body.ts'
import { type AppEnv, type Bearer, bearer } from './context.ts'
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

export const transcriptRoutes = new Hono<AppEnv>().get('/:session/transcript', async (c) => {
  const session = await bearer(c, c.req.param('session'))
  const { after, limit, call } = check(TranscriptQuerySchema, c.req.query())
  const wanted = ofCall(call)
  const type = accepts(c, { header: 'Accept', supports: [JSON_TYPE, ...Object.keys(FORMATS)], default: JSON_TYPE })
  const format = FORMATS[type]
  if (format) return c.body(...(await exported(session, format, wanted, call)))
  const page = unwrap(await session.stub.transcript(session.generation, after, limit))
  return c.json({ ...page, items: page.items.filter(wanted) })
})

async function exported(
  { id, stub, generation }: Bearer,
  format: (heading: Heading) => Formatter,
  wanted: (item: Item) => boolean,
  call: string | undefined,
): Promise<[ReadableStream<Uint8Array>, 200, { 'Content-Type': string }]> {
  const startedAt = unwrap(await stub.startedAt(generation, call))
  const formatter = format({ session: id, startedAt })
  const readPage = async (after: number) => unwrap(await stub.transcript(generation, after, MAX_PAGE))
  return [await streamTranscript(readPage, formatter, wanted), 200, { 'Content-Type': formatter.type }]
}

/** All items, or those of one call. */
function ofCall(call: string | undefined): (item: Item) => boolean {
  return (item) => call === undefined || item.call === call
}
