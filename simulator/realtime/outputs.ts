/** One output item of a response while it is being generated: the events it opens, and those that close it (8.4). */
import { type Conversation, type Entry, newEntry } from './conversation.ts'
import { wordsWithSpaces } from './hearing.ts'
import { type FunctionCallItem, type Item, type MessageItem, type Part, type Status, shownItem } from './items.ts'
import type { RemoteTool } from './mcp.ts'
import type { McpApprovalRequestItem, McpCallItem } from './mcp-items.ts'
import type { Emit } from './world.ts'

/** Where the events and the audio of a response go. */
export interface Outlet {
  responseId: string
  emit: Emit
  /** null = out-of-band: nothing is written to the history (realtime-api.md 8.1). */
  conversation: Conversation | null
  /** Audio that is ready to be heard. */
  sound(itemId: string, pcm: Int16Array, ms: number): void
}

export interface Output {
  readonly entry: Entry
  /** Text that came out so far; it is billed. */
  readonly text: string
  close(status: Status): void
}

abstract class OpenItem<I extends Item> {
  readonly entry: Entry
  protected readonly item: I
  protected readonly outlet: Outlet
  /** Its place among the items of the response. */
  readonly #index: number

  constructor(outlet: Outlet, item: I, index: number) {
    this.outlet = outlet
    this.#index = index
    this.item = item
    this.entry = newEntry(item)
    outlet.emit({ type: 'response.output_item.added', ...this.where, item: shownItem(item) })
    outlet.conversation?.add(this.entry)
    this.#tell('conversation.item.added')
  }

  protected get where() {
    return { response_id: this.outlet.responseId, output_index: this.#index }
  }

  protected finishItem(status: Status): void {
    this.item.status = status
    this.finishOutput()
    this.#tell('conversation.item.done')
  }

  /** The response is through with it, and something still happens to it. */
  protected finishOutput(): void {
    this.outlet.emit({ type: 'response.output_item.done', ...this.where, item: shownItem(this.item) })
  }

  #tell(type: string): void {
    const { conversation, emit } = this.outlet
    if (!conversation?.find(this.item.id)) return
    emit({ type, previous_item_id: conversation.previousId(this.item.id), item: shownItem(this.item) })
  }
}

/** Text or speech of the assistant. */
export class MessageOutput extends OpenItem<MessageItem> implements Output {
  #modality: 'audio' | 'text'
  #partOpen = false
  #text = ''

  constructor(outlet: Outlet, id: string, modality: 'audio' | 'text', index: number) {
    const head = { id, object: 'realtime.item', status: 'in_progress' } as const
    super(outlet, { ...head, type: 'message', role: 'assistant', content: [] }, index)
    this.#modality = modality
  }

  get text(): string {
    return this.#text
  }

  /** The next words, as they are to be appended. */
  write(delta: string): void {
    this.#openPart()
    this.#text += delta
    const name = this.#modality === 'audio' ? 'output_audio_transcript' : 'output_text'
    this.outlet.emit({ type: `response.${name}.delta`, ...this.#wherePart, delta })
  }

  /** The next piece of audio. */
  sound(pcm: Int16Array, ms: number): void {
    this.#openPart()
    this.entry.audioMs += ms
    this.outlet.sound(this.item.id, pcm, ms)
  }

  close(status: Status): void {
    if (this.#partOpen) this.#closePart()
    this.finishItem(status)
  }

  get #wherePart() {
    return { ...this.where, item_id: this.item.id, content_index: 0 }
  }

  #openPart(): void {
    if (this.#partOpen) return
    this.#partOpen = true
    this.outlet.emit({ type: 'response.content_part.added', ...this.#wherePart, part: this.#shownPart() })
  }

  #closePart(): void {
    const { emit } = this.outlet
    const text = this.#text
    if (this.#modality === 'audio') {
      emit({ type: 'response.output_audio.done', ...this.#wherePart })
      emit({ type: 'response.output_audio_transcript.done', ...this.#wherePart, transcript: text })
    } else {
      emit({ type: 'response.output_text.done', ...this.#wherePart, text })
    }
    emit({ type: 'response.content_part.done', ...this.#wherePart, part: this.#shownPart() })
    this.item.content = [this.#content()]
  }

  #content(): Part {
    return this.#modality === 'audio'
      ? { type: 'output_audio', transcript: this.#text }
      : { type: 'output_text', text: this.#text }
  }

  /** Parts are still called `audio` and `text` in these events (realtime-api.md 5.4). */
  #shownPart(): Record<string, string> {
    return this.#modality === 'audio' ? { type: 'audio', transcript: this.#text } : { type: 'text', text: this.#text }
  }
}

/** A question whether a tool of a server may be called. */
export class ApprovalOutput extends OpenItem<McpApprovalRequestItem> implements Output {
  constructor(outlet: Outlet, id: string, { label, name }: RemoteTool, written: string, index: number) {
    const head = { id, object: 'realtime.item', status: 'in_progress' } as const
    super(outlet, { ...head, type: 'mcp_approval_request', server_label: label, name, arguments: written }, index)
  }

  get text(): string {
    return this.item.name + this.item.arguments
  }

  close(status: Status): void {
    this.finishItem(status)
  }
}

/** A call of a tool of a server: written here, and run when the response is done. */
export class RemoteCallOutput extends OpenItem<McpCallItem> implements Output {
  readonly index: number
  #arguments: string

  constructor(outlet: Outlet, id: string, { label, name }: RemoteTool, written: string, index: number) {
    const head = { id, object: 'realtime.item', status: 'in_progress' } as const
    const nothing = { approval_request_id: null, output: null, error: null }
    super(outlet, { ...head, type: 'mcp_call', server_label: label, name, arguments: '', ...nothing }, index)
    this.index = index
    this.#arguments = written
  }

  get text(): string {
    return this.item.name + this.item.arguments
  }

  /** The call, if it was written to its end. */
  get due(): McpCallItem | null {
    return this.item.arguments === this.#arguments && this.item.status === 'in_progress' ? this.item : null
  }

  close(status: Status): void {
    if (status !== 'completed') return this.finishItem(status)
    const about = { ...this.where, item_id: this.item.id }
    for (const delta of wordsWithSpaces(this.#arguments)) {
      this.outlet.emit({ type: 'response.mcp_call_arguments.delta', ...about, delta })
    }
    this.item.arguments = this.#arguments
    this.outlet.emit({ type: 'response.mcp_call_arguments.done', ...about, arguments: this.#arguments })
    this.finishOutput()
  }
}

/** A function call: complete at once, its arguments told in pieces. */
export class CallOutput extends OpenItem<FunctionCallItem> implements Output {
  #arguments: string

  constructor(outlet: Outlet, ids: { item: string; call: string }, name: string, written: string, index: number) {
    const head = { id: ids.item, object: 'realtime.item', status: 'in_progress' } as const
    super(outlet, { ...head, type: 'function_call', name, call_id: ids.call, arguments: '' }, index)
    this.#arguments = written
  }

  get text(): string {
    return this.item.name + this.item.arguments
  }

  close(status: Status): void {
    const about = { ...this.where, item_id: this.item.id, call_id: this.item.call_id }
    for (const delta of wordsWithSpaces(this.#arguments)) {
      this.outlet.emit({ type: 'response.function_call_arguments.delta', ...about, delta })
    }
    this.item.arguments = this.#arguments
    this.outlet.emit({
      type: 'response.function_call_arguments.done',
      ...about,
      name: this.item.name,
      arguments: this.#arguments,
    })
    this.finishItem(status)
  }
}
