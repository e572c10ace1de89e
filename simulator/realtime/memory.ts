/** The conversation as the mind remembers it. */
import type { SeenImage, Turn } from '../mind.ts'
import type { Entry } from './conversation.ts'
import { imageSize } from './image-size.ts'
import type { Item, Part } from './items.ts'
import type { McpItem } from './mcp-items.ts'

/** Waits until everything that was said is understood. Rejects when the last turn could not be. */
export async function turnsOf(entries: readonly Entry[]): Promise<Turn[]> {
  const turns = entries.map(async (entry, i): Promise<Turn[]> => {
    const { item } = entry
    return isRemote(item) ? remoteTurns(item) : [await turnOf(entry, item, i === entries.length - 1)]
  })
  return (await Promise.all(turns)).flat()
}

function isRemote(item: Item): item is McpItem {
  return item.type.startsWith('mcp_')
}

/** A call that was approved is known by its request. */
function remoteTurns(item: McpItem): Turn[] {
  switch (item.type) {
    case 'mcp_approval_request':
      return [{ who: 'call', name: item.name, callId: item.id }]
    case 'mcp_approval_response':
      return item.approve ? [] : [{ who: 'result', callId: item.approval_request_id, output: 'not allowed' }]
    case 'mcp_call': {
      const callId = item.approval_request_id ?? item.id
      const call: Turn[] = item.approval_request_id ? [] : [{ who: 'call', name: item.name, callId }]
      const output = item.output ?? item.error?.message
      return output === undefined ? call : [...call, { who: 'result', callId, output }]
    }
    case 'mcp_list_tools':
      return []
  }
}

async function turnOf(entry: Entry, item: Exclude<Item, McpItem>, isLast: boolean): Promise<Turn> {
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
