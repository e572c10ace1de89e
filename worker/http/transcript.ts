/** `GET /v1/sessions/{id}/transcript`: JSON in pages, or the whole as Markdown or plain text by `Accept`. */
import { Hono } from 'hono'
import { type Transcript, TranscriptQuerySchema } from '../../protocol/api.ts'
import type { Item } from '../../protocol/item.ts'
import { unwrap } from '../session/result.ts'
import { check } from './body.ts'
import { type AppEnv, type Bearer, bearer } from './context.ts'

/** Items asked for at once when the whole is wanted. */
const MAX_PAGE = 500

export const transcriptRoutes = new Hono<AppEnv>().get('/:session/transcript', async (c) => {
  const session = await bearer(c, c.req.param('session'))
  const format = c.req.header('Accept')?.match(/text\/(markdown|plain)/)?.[1]
  if (format) {
    const lines = (await everything(session)).map(format === 'markdown' ? asMarkdown : asText)
    return c.text(lines.join(format === 'markdown' ? '\n\n' : '\n'), 200, {
      'Content-Type': `text/${format}; charset=utf-8`,
    })
  }
  const { after, limit } = check(TranscriptQuerySchema, c.req.query())
  return c.json(unwrap(await session.stub.transcript(session.generation, after, limit)))
})

async function everything({ stub, generation }: Bearer): Promise<Item[]> {
  const items: Item[] = []
  let after: string | null = '0'
  while (after !== null) {
    const page: Transcript = unwrap(await stub.transcript(generation, Number(after), MAX_PAGE))
    items.push(...page.items)
    after = page.next
  }
  return items
}

function asText(item: Item): string {
  return `[${new Date(item.at).toISOString()}] ${item.role}: ${item.text}${mark(item)}`
}

function asMarkdown(item: Item): string {
  return `**${item.role}** · ${new Date(item.at).toISOString()}\n\n${item.text}${mark(item)}`
}

function mark({ status }: Item): string {
  return status === 'completed' ? '' : ` (${status.replace('_', ' ')})`
}
