/** One response from `response.created` to `response.done` (realtime-api.md 8.4). */
import { sleep } from '../clock.ts'
import { FRAMES_PER_MS, type Spoken } from '../engines.ts'
import { type Call, type Thought, think } from '../mind.ts'
import { wordsWithSpaces } from './hearing.ts'
import { shownItem } from './items.ts'
import type { McpServers } from './mcp.ts'
import { turnsOf } from './memory.ts'
import { ApprovalOutput, CallOutput, MessageOutput, type Outlet, type Output, RemoteCallOutput } from './outputs.ts'
import type { ReplyPlan } from './response-params.ts'
import { inSentences, timedWords } from './sentences.ts'
import { assistantAudioTokens, type Block, textTokens, usageOf } from './usage.ts'
import type { World } from './world.ts'

export type CancelReason = 'turn_detected' | 'client_cancelled'
type Ending =
  | { status: 'completed' }
  | { status: 'cancelled'; reason: CancelReason }
  | { status: 'incomplete'; reason: 'max_output_tokens' | 'content_filter' }
  | { status: 'failed'; code: string; message: string }

/** What a test wants of a response: that it fails with this code, or that a filter cuts it after its first words. */
export type ResponseFault = { failsWith: string } | 'filtered'

/** Words that are out when the filter cuts a response. */
const WORDS_BEFORE_FILTER = 2

export class Reply {
  readonly id: string
  readonly plan: ReplyPlan
  #world: World
  #outlet: Outlet
  #conversationId: string
  #input: Block[]
  #cached: number
  #echo: Int16Array | null
  readonly #mcp: McpServers
  readonly #isFiltered: boolean
  readonly #outputs: Output[] = []
  #over = false
  #onDone: (reply: Reply) => void

  constructor(options: {
    world: World
    outlet: Outlet
    plan: ReplyPlan
    conversationId: string
    input: Block[]
    /** How many blocks of the input are cached. */
    cached: number
    /** What is heard instead of the voice: the samples that came in. Null = the voice. */
    echo: Int16Array | null
    mcp: McpServers
    /** A filter cuts it. */
    isFiltered: boolean
    /** After `response.done` is out. */
    onDone: (reply: Reply) => void
  }) {
    this.id = options.outlet.responseId
    this.plan = options.plan
    this.#world = options.world
    this.#outlet = options.outlet
    this.#conversationId = options.conversationId
    this.#input = options.input
    this.#cached = options.cached
    this.#echo = options.echo
    this.#mcp = options.mcp
    this.#isFiltered = options.isFiltered
    this.#onDone = options.onDone
  }

  /** ms of audio that it generated. */
  get audioMs(): number {
    return this.#outputs.reduce((sum, { entry }) => sum + entry.audioMs, 0)
  }

  /** Tells that it exists; `run` then does the work. */
  announce(): void {
    this.#outlet.emit({ type: 'response.created', response: this.#shown('in_progress', null) })
  }

  async run(): Promise<void> {
    try {
      const turns = await turnsOf(this.plan.entries)
      if (this.#over) return
      const { instructions, tools, toolChoice } = this.plan
      const thought = think({ turns, instructions, tools: this.#toolNames(tools), toolChoice })
      if (thought.pauseMs > 0) await sleep(this.#world.clock, thought.pauseMs)
      if (!this.#over) await this.#utter(thought)
      this.#end(this.#isFiltered ? FILTERED : { status: 'completed' })
    } catch (error) {
      this.#world.log(`response failed: ${error instanceof Error ? error.message : String(error)}`)
      this.fail('server_error', 'The simulator failed to answer.')
    }
  }

  /** Ends it at once, with everything that was open closed first. */
  cancel(reason: CancelReason): void {
    this.#end({ status: 'cancelled', reason })
  }

  fail(code: string, message: string): void {
    this.#end({ status: 'failed', code, message })
  }

  /** Ends it without a word: the connection is gone. */
  abandon(): void {
    this.#over = true
  }

  async #utter({ text, calls }: Thought): Promise<void> {
    if (text !== '') {
      const output = new MessageOutput(
        this.#outlet,
        this.#world.newId('item_'),
        this.plan.modality,
        this.#outputs.length,
      )
      this.#outputs.push(output)
      if (this.plan.modality === 'text') await this.#write(output, text)
      else await this.#speak(output, text)
    }
    for (const call of calls) {
      if (this.#over) return
      this.#outputs.at(-1)?.close('completed')
      this.#outputs.push(this.#calling(call))
    }
  }

  #toolNames(tools: ReplyPlan['tools']): string[] {
    const own = tools.flatMap((tool) => (tool.type === 'function' ? [tool.name] : []))
    return this.plan.outOfBand ? own : [...own, ...this.#mcp.tools.map(({ name }) => name)]
  }

  #calling({ name, arguments: written }: Call): Output {
    const index = this.#outputs.length
    const isOwn = this.plan.tools.some((tool) => tool.type === 'function' && tool.name === name)
    const remote = isOwn ? undefined : this.#mcp.tools.find((tool) => tool.name === name)
    if (remote?.needsApproval)
      return new ApprovalOutput(this.#outlet, this.#world.newId('item_'), remote, written, index)
    if (remote) return new RemoteCallOutput(this.#outlet, this.#world.newId('item_'), remote, written, index)
    const ids = { item: this.#world.newId('item_'), call: this.#world.newId('call_') }
    return new CallOutput(this.#outlet, ids, name, written, index)
  }

  async #write(output: MessageOutput, text: string): Promise<void> {
    for (const word of wordsWithSpaces(text)) {
      output.write(word)
      if (this.#isCut()) return
      await sleep(this.#world.clock, this.#world.timing.textWordMs)
      if (this.#over) return
    }
  }

  /** Sentence by sentence, as the voice delivers them. */
  async #speak(output: MessageOutput, text: string): Promise<void> {
    if (this.#echo) return this.#generate(output, text, { pcm: this.#echo, words: [] })
    const voice = await this.#world.voice()
    for (const sentence of inSentences(text)) {
      const spoken = await voice.speak(sentence)
      if (this.#over) return
      await this.#generate(output, sentence, spoken)
      if (this.#over) return
    }
  }

  /** Audio and words of one sentence, several times faster than it will be heard. */
  async #generate(output: MessageOutput, sentence: string, spoken: Spoken): Promise<void> {
    const { pieceMs, speedup } = this.#world.timing
    const sentenceStart = output.entry.audioMs
    const words = timedWords(sentence, spoken)
    for (let ms = 0; ms * FRAMES_PER_MS < spoken.pcm.length; ms += pieceMs) {
      const pcm = spoken.pcm.subarray(ms * FRAMES_PER_MS, (ms + pieceMs) * FRAMES_PER_MS)
      output.sound(pcm, pcm.length / FRAMES_PER_MS)
      const last = (ms + pieceMs) * FRAMES_PER_MS >= spoken.pcm.length
      while (words[0] && (last || words[0].startMs < ms + pieceMs)) {
        const { text, startMs, endMs } = words[0]
        words.shift()
        output.entry.words.push({ text, startMs: sentenceStart + startMs, endMs: sentenceStart + endMs })
        output.write(output.text === '' ? text : ` ${text}`)
      }
      if (this.#isCut()) return
      await sleep(this.#world.clock, pieceMs / speedup)
      if (this.#over) return
    }
  }

  #isCut(): boolean {
    const words = this.#outputs.reduce((sum, { text }) => sum + wordsWithSpaces(text).length, 0)
    if (this.#isFiltered && words >= WORDS_BEFORE_FILTER) this.#end(FILTERED)
    return this.#over || this.#limitReached()
  }

  #limitReached(): boolean {
    const limit = this.plan.maxOutputTokens
    if (limit === 'inf') return false
    const { text, audio } = this.#generated()
    if (text + audio < limit) return false
    this.#end({ status: 'incomplete', reason: 'max_output_tokens' })
    return true
  }

  #generated(): { text: number; audio: number } {
    const text = this.#outputs.reduce((sum, output) => sum + textTokens(output.text), 0)
    return { text, audio: assistantAudioTokens(this.audioMs) }
  }

  #end(ending: Ending): void {
    if (this.#over) return
    this.#over = true
    this.#outputs.at(-1)?.close(ending.status === 'completed' ? 'completed' : 'incomplete')
    this.#outlet.emit({ type: 'response.done', response: this.#shown(ending.status, details(ending)) })
    this.#onDone(this)
    for (const output of this.#outputs) {
      if (output instanceof RemoteCallOutput && output.due) this.#mcp.run(output.due, output.index)
    }
  }

  #shown(status: string, statusDetails: Record<string, unknown> | null): Record<string, unknown> {
    const { plan } = this
    const done = status !== 'in_progress'
    return {
      object: 'realtime.response',
      id: this.id,
      status,
      status_details: statusDetails,
      output: done ? this.#outputs.map(({ entry }) => shownItem(entry.item)) : [],
      conversation_id: this.#outlet.conversation ? this.#conversationId : null,
      output_modalities: [plan.modality],
      max_output_tokens: plan.maxOutputTokens,
      audio: { output: plan.audioOutput },
      usage: done ? usageOf(this.#input, this.#cached, this.#generated()) : null,
      metadata: plan.metadata,
    }
  }
}

const FILTERED: Ending = { status: 'incomplete', reason: 'content_filter' }

function details(ending: Ending): Record<string, unknown> | null {
  switch (ending.status) {
    case 'completed':
      return null
    case 'failed': {
      const { code, message } = ending
      return { type: 'failed', error: { type: code, code, message } }
    }
    default:
      return { type: ending.status, reason: ending.reason }
  }
}
