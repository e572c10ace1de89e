/** What clients do to single items: create, retrieve, truncate, delete, and name them as a response's input. */
import { audioMs } from '../engines.ts'
import { Refusal } from '../refusal.ts'
import { isObject, oneOf, shape, text } from './checks.ts'
import { type Conversation, type Entry, newEntry, wordsUntil } from './conversation.ts'
import { understand } from './hearing.ts'
import { checkItem, decodePcm, encodePcm, type Item, shownItem } from './items.ts'
import type { McpServers } from './mcp.ts'
import type { Emit, World } from './world.ts'

const reference = shape({ type: oneOf('item_reference'), id: text() }, ['type', 'id'])

export class ItemDesk {
  #world: World
  #emit: Emit
  #conversation: Conversation
  #showsAudio: boolean
  #mcp: McpServers

  constructor(options: {
    world: World
    emit: Emit
    conversation: Conversation
    /** Retrieved items carry the user's audio; not over WebRTC, whose messages are too small (realtime-api.md 4.2). */
    showsAudio: boolean
    mcp: McpServers
  }) {
    this.#mcp = options.mcp
    this.#world = options.world
    this.#emit = options.emit
    this.#conversation = options.conversation
    this.#showsAudio = options.showsAudio
  }

  create(value: unknown, previousId: string | undefined): void {
    const item = this.#checked(value, 'item')
    if (item.type === 'function_call_output' && !this.#conversation.hasCall(item.call_id)) {
      const message = `Tool call ID '${item.call_id}' not found in conversation.`
      throw new Refusal('invalid_tool_call_id', message, 'item.call_id')
    }
    if (item.type === 'mcp_approval_response') this.#mcp.checkResponse(item)
    this.#conversation.add(this.#entryOf(item), previousId)
    const previous_item_id = this.#conversation.previousId(item.id)
    for (const type of ['conversation.item.added', 'conversation.item.done']) {
      this.#emit({ type, previous_item_id, item: shownItem(item) })
    }
    if (item.type === 'mcp_approval_response') this.#mcp.answered(item)
  }

  retrieve(id: string): void {
    const entry = this.#found(id, 'retriev')
    const { item } = entry
    if (item.type !== 'message' || !this.#showsAudio) {
      return this.#emit({ type: 'conversation.item.retrieved', item: shownItem(item) })
    }
    const audio = entry.audio ? encodePcm(entry.audio) : undefined
    const content = item.content.map((part) => (part.type === 'input_audio' ? { ...part, audio } : part))
    this.#emit({ type: 'conversation.item.retrieved', item: { ...item, content } })
  }

  truncate(id: string, contentIndex: number, audioEndMs: number): void {
    const entry = this.#found(id, 'truncat')
    const { item } = entry
    const content = item.type === 'message' && item.role === 'assistant' ? item.content : null
    // While it is being generated an item shows no content yet.
    const spoken = item.status === 'in_progress' ? entry.audioMs > 0 : content?.[contentIndex]?.type === 'output_audio'
    if (!content || !spoken) {
      const message = 'Only the audio of a model output message can be truncated.'
      throw new Refusal('invalid_value', message, content ? 'content_index' : 'item_id')
    }
    if (audioEndMs > entry.audioMs) {
      const message = `Audio content of ${Math.floor(entry.audioMs)}ms is already shorter than ${audioEndMs}ms`
      throw new Refusal('invalid_value', message, 'audio_end_ms')
    }
    this.cut(entry, contentIndex, audioEndMs)
  }

  /** Shortens the audio of an item and takes its transcript away, as the server does (realtime-api.md 8.3). */
  cut(entry: Entry, contentIndex: number, audioEndMs: number): void {
    const { item } = entry
    entry.remembered = wordsUntil(entry, audioEndMs)
    entry.audioMs = audioEndMs
    if (item.type === 'message') item.content = item.content.map(withoutTranscript)
    this.#emit({
      type: 'conversation.item.truncated',
      item_id: item.id,
      content_index: contentIndex,
      audio_end_ms: audioEndMs,
    })
  }

  remove(id: string): void {
    this.#found(id, 'delet')
    this.#conversation.remove(id)
    this.#emit({ type: 'conversation.item.deleted', item_id: id })
  }

  /** The items that a response shall see instead of the conversation. */
  chosen(input: unknown[]): Entry[] {
    return input.map((value, i) => {
      const path = `response.input[${i}]`
      if (!isObject(value) || value.type !== 'item_reference') return this.#entryOf(this.#checked(value, path))
      const { id } = reference(value, path)
      const entry = this.#conversation.find(id)
      if (!entry) throw new Refusal('invalid_value', `Item with id '${id}' not found.`, `${path}.id`)
      return entry
    })
  }

  #checked(value: unknown, path: string): Item {
    return checkItem(
      value,
      path,
      () => this.#world.newId('item_'),
      () => this.#world.newId('call_'),
    )
  }

  /** A user's recording is listened to, unless it comes with its words. */
  #entryOf(item: Item): Entry {
    const entry = newEntry(item)
    if (item.type !== 'message') return entry
    for (const part of item.content) {
      if (part.type !== 'input_audio') continue
      entry.audio = decodePcm(part.audio ?? '', 'item.content')
      entry.audioMs = audioMs(entry.audio)
      entry.heard = part.transcript === null ? understand(this.#world, entry.audio) : Promise.resolve(part.transcript)
    }
    return entry
  }

  #found(id: string, doing: 'retriev' | 'truncat' | 'delet'): Entry {
    const entry = this.#conversation.find(id)
    if (entry) return entry
    const message = `Error ${doing}ing item: the item with id '${id}' does not exist.`
    throw new Refusal(`item_${doing}e_invalid_item_id`, message, 'item_id')
  }
}

function withoutTranscript<P extends Extract<Item, { type: 'message' }>['content'][number]>(part: P): P {
  return part.type === 'output_audio' ? { ...part, transcript: null } : part
}
