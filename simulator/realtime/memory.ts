/** The conversation as the mind remembers it. */
import type { SeenImage, Turn } from '../mind.ts'
import type { Entry } from './conversation.ts'
import { imageSize } from './image-size.ts'
import type { Part } from './items.ts'

/** Waits until everything that was said is understood. Rejects when the last turn could not be. */
export function turnsOf(entries: readonly Entry[]): Promise<Turn[]> {
  return Promise.all(entries.map((entry, i) => turnOf(entry, i === entries.length - 1)))
}

async function turnOf(entry: Entry, isLast: boolean): Promise<Turn> {
  const { item } = entry
  if (item.type === 'function_call') return { who: 'call', name: item.name, callId: item.call_id }
  if (item.type === 'function_call_output') return { who: 'result', callId: item.call_id, output: item.output }
  if (item.role === 'assistant') return { who: 'assistant', text: entry.remembered ?? written(item.content) }
  if (item.role === 'system') return { who: 'system', text: written(item.content) }
  // An earlier turn that failed was told about in its time, and is no reason to fail for ever.
  const spoken = (await (isLast ? entry.heard : entry.heard?.catch(() => ''))) ?? ''
  const text = [written(item.content), spoken].filter((piece) => piece !== '').join(' ')
  return { who: 'user', text, images: item.content.flatMap(seenImages) }
}

function written(content: Part[]): string {
  const pieces = content.map((part) => {
    if (part.type === 'input_text' || part.type === 'output_text') return part.text
    return part.type === 'output_audio' ? (part.transcript ?? '') : ''
  })
  return pieces.filter((piece) => piece !== '').join(' ')
}

function seenImages(part: Part): SeenImage[] {
  if (part.type !== 'input_image') return []
  const bytes = Buffer.from(part.image_url.slice(part.image_url.indexOf(',') + 1), 'base64')
  return [{ bytes: bytes.length, size: imageSize(bytes) }]
}
