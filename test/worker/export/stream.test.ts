import { describe, expect, it } from 'vitest'
import type { ToldTranscript } from '../../../protocol/api.ts'
import type { Item } from '../../../protocol/item.ts'
import { plainText } from '../../../worker/http/export/plain-text.ts'
import { type ReadPage, streamTranscript } from '../../../worker/http/export/stream.ts'

const item = (position: number): Item => ({
  id: `itm_${position}`,
  position,
  role: 'user',
  kind: 'message',
  text: `words ${position}`,
  status: 'completed',
  via: 'text',
  call: null,
  at: 0,
})

/** Pages of two items. */
function pages(count: number): { readPage: ReadPage; read: number[] } {
  const read: number[] = []
  const readPage = async (after: number): Promise<ToldTranscript> => {
    read.push(after)
    const next = after + 2 >= count * 2 ? null : String(after + 2)
    return { session: 'ses_0', items: [item(after + 1), item(after + 2)], next, consents: [], rating: null }
  }
  return { readPage, read }
}

const everything = () => true

describe('streamTranscript', () => {
  it('gives every item once and in order', async () => {
    const { readPage } = pages(3)
    const text = await new Response(await streamTranscript(readPage, plainText(), everything)).text()
    expect(text.match(/words \d/g)).toEqual([1, 2, 3, 4, 5, 6].map((n) => `words ${n}`))
  })

  it('reads no further than somebody listens', async () => {
    const { readPage, read } = pages(1000)
    const reader = (await streamTranscript(readPage, plainText(), everything)).getReader()
    await reader.read()
    expect(read).toEqual([0, 2])
    await reader.cancel()
    expect(read).toHaveLength(2)
  })

  it('goes on over pages on which nothing is wanted', async () => {
    const { readPage } = pages(4)
    const stream = await streamTranscript(readPage, plainText(), (one) => one.position === 8)
    expect(await new Response(stream).text()).toMatch(/^\[[^\]]*\] user: words 8\n$/)
  })

  it('refuses before it answers, and breaks off when a later page cannot be read', async () => {
    const broken = async () => Promise.reject(new Error('no such session'))
    await expect(streamTranscript(broken, plainText(), everything)).rejects.toThrow('no such session')
    const { readPage } = pages(3)
    const later: ReadPage = (after) => (after === 2 ? broken() : readPage(after))
    const stream = await streamTranscript(later, plainText(), everything)
    await expect(new Response(stream).text()).rejects.toThrow('no such session')
  })
})
