/** Streams a transcript in one format: one page in memory at a time, the next one read when the reader wants it. */
import type { ToldTranscript } from '../../../protocol/api.ts'
import type { Item } from '../../../protocol/item.ts'
import type { Formatter } from './formatter.ts'

/** The page that begins after a cursor. */
export type ReadPage = (after: number) => Promise<ToldTranscript>

/**
 * The first page is read before anything is answered, so that a refusal is still a problem document. When a later one
 * cannot be read, the transfer breaks: half a transcript must not look like a whole one.
 */
export async function streamTranscript(
  readPage: ReadPage,
  formatter: Formatter,
  wanted: (item: Item) => boolean,
): Promise<ReadableStream<Uint8Array>> {
  const encoder = new TextEncoder()
  const text = (page: ToldTranscript) => page.items.filter(wanted).map(formatter.item).join('')
  let page: ToldTranscript | null = await readPage(0)
  let head = formatter.head(page)
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        // An empty chunk would not count as an answer to this pull.
        for (;;) {
          if (!page) return controller.close()
          const chunk = head + text(page)
          head = ''
          page = page.next === null ? null : await readPage(Number(page.next))
          if (chunk) return controller.enqueue(encoder.encode(chunk))
        }
      },
    },
    { highWaterMark: 0 },
  )
}
