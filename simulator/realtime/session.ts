/** One session: a conversation, who may say what in it, and how turns follow each other. All transports share it. */
import { Refusal } from '../refusal.ts'
import { isObject } from './checks.ts'
import { type ClientEvent, checkClientEvent } from './client-events.ts'
import { Conversation, type Entry } from './conversation.ts'
import { ItemDesk } from './item-desk.ts'
import { encodePcm } from './items.ts'
import { McpServers } from './mcp.ts'
import { type AudioSink, Playout } from './playout.ts'
import type { Reply, ResponseFault } from './reply.ts'
import { checkResponse, planOf } from './response-params.ts'
import { Responses } from './responses.ts'
import { type SessionConfig, shownSession, updatedConfig } from './session-config.ts'
import { checkSession } from './session-fields.ts'
import { UserTurns } from './user-turns.ts'
import type { Emit, World } from './world.ts'

export interface SessionOptions {
  world: World
  config: SessionConfig
  /** Seconds since 1970 at which the session ends. */
  expiresAt: number
  emit: Emit
  /** Where speech is played; null on a plain WebSocket, which gets audio in events and plays it itself. */
  sink: AudioSink | null
  /** The code with which the response that starts now shall fail, on demand; null = it shall not. */
  responseFault(): ResponseFault | null
}

export class Session {
  readonly id: string
  config: SessionConfig
  readonly conversation = new Conversation()
  /** Voice `loopback`: the assistant answers a spoken turn with its very samples. A setting of the simulator, not of the API. */
  loopback = false
  #world: World
  #emit: Emit
  #expiresAt: number
  #playout: Playout | null
  #responses: Responses
  #turns: UserTurns
  #items: ItemDesk
  readonly #mcp: McpServers
  #hasSpoken = false

  constructor(options: SessionOptions) {
    const { world, emit } = options
    this.id = world.newId('sess_')
    this.config = options.config
    this.#world = world
    this.#emit = emit
    this.#expiresAt = options.expiresAt
    this.#playout = options.sink ? new Playout(options.sink, (type, id) => this.#playoutTold(type, id)) : null
    const mcp = new McpServers({ world, emit, conversation: this.conversation })
    this.#mcp = mcp
    this.#responses = new Responses({
      mcp,
      world,
      emit,
      conversation: this.conversation,
      conversationId: world.newId('conv_'),
      sound: (responseId, itemId, pcm, ms) => this.#sound(responseId, itemId, pcm, ms),
      fault: options.responseFault,
      loopback: () => this.loopback,
      onDone: (reply) => this.#responseDone(reply),
    })
    this.#turns = new UserTurns({
      world,
      emit,
      conversation: this.conversation,
      config: this.config,
      keepsAudio: () => options.sink === null || this.loopback,
      onInterruption: () => this.#interrupt(),
      onTurn: () => this.#respondUnasked(),
    })
    this.#items = new ItemDesk({
      mcp,
      world,
      emit,
      conversation: this.conversation,
      showsAudio: options.sink === null,
    })
  }

  get shown(): Record<string, unknown> {
    return shownSession(this.config, this.id, this.#expiresAt)
  }

  /** The first event of the connection. */
  greet(): void {
    this.#emit({ type: 'session.created', session: this.shown })
    this.#mcp.configure(this.config.tools)
  }

  /** Handles one client event. Answers why it was refused, null when it was accepted. */
  receive(text: string): Refusal | null {
    let parsed: unknown
    try {
      parsed = JSON.parse(text)
      this.#handle(checkClientEvent(parsed, this.#playout !== null))
      return null
    } catch (error) {
      const refusal = this.#asRefusal(error)
      const eventId = isObject(parsed) && typeof parsed.event_id === 'string' ? parsed.event_id : null
      this.tellError(refusal, eventId)
      return refusal
    }
  }

  /** `eventId`: the client's own id of the event that was refused. */
  tellError(refusal: Refusal, eventId: string | null = null): void {
    const { type, code, message, param } = refusal
    this.#emit({ type: 'error', error: { type, code, message, param, event_id: eventId } })
  }

  /** Microphone audio of a WebRTC call. */
  hear(pcm: Int16Array): void {
    this.#playout?.tick()
    this.#turns.push(pcm)
  }

  /** The output queue of a WebRTC call has run empty. */
  drained(): void {
    this.#playout?.drained()
  }

  close(): void {
    this.#responses.abandon()
    this.#turns.close()
    this.#mcp.close()
  }

  /** ms of an assistant item's audio that were really sent to the person. */
  sentMs(entry: Entry): number {
    return Math.floor(this.#playout ? this.#playout.sentMs(entry.item.id) : entry.audioMs)
  }

  #handle(event: ClientEvent): void {
    switch (event.type) {
      case 'session.update':
        return this.#update(event.session)
      case 'input_audio_buffer.append':
        return this.#turns.append(event.audio)
      case 'input_audio_buffer.commit':
        return this.#turns.commit()
      case 'input_audio_buffer.clear':
        return this.#turns.clear()
      case 'output_audio_buffer.clear':
        return this.#clearOutput()
      case 'conversation.item.create':
        return this.#items.create(event.item, event.previous_item_id)
      case 'conversation.item.retrieve':
        return this.#items.retrieve(event.item_id)
      case 'conversation.item.truncate':
        return this.#items.truncate(event.item_id, event.content_index, event.audio_end_ms)
      case 'conversation.item.delete':
        return this.#items.remove(event.item_id)
      case 'response.create':
        return this.#respond(event.response === undefined ? {} : event.response)
      case 'response.cancel':
        return this.#responses.cancel(event.response_id)
    }
  }

  #update(session: unknown): void {
    this.config = updatedConfig(
      this.config,
      checkSession(this.#world.readSession(session, false), 'session'),
      this.#hasSpoken,
    )
    this.#turns.configure(this.config)
    this.#emit({ type: 'session.updated', session: this.shown })
    this.#mcp.configure(this.config.tools)
  }

  #respond(response: unknown): void {
    const params = checkResponse(response, this.config)
    const entries = params.input ? this.#items.chosen(params.input) : [...this.conversation.entries]
    this.#turns.stopWaiting()
    this.#responses.start(planOf(params, this.config, entries), this.config)
  }

  /** A response that turn detection asks for; it may collide with one that is running (realtime-api.md 13.6). */
  #respondUnasked(): void {
    try {
      this.#respond({})
    } catch (error) {
      this.tellError(this.#asRefusal(error))
    }
  }

  #sound(responseId: string, itemId: string, pcm: Int16Array, ms: number): void {
    this.#hasSpoken = true
    if (this.#playout) return this.#playout.add(responseId, itemId, pcm, ms)
    const where = { response_id: responseId, item_id: itemId, output_index: 0, content_index: 0 }
    this.#emit({ type: 'response.output_audio.delta', ...where, delta: encodePcm(pcm) })
  }

  #responseDone(reply: Reply): void {
    this.#playout?.finish(reply.id)
    if (!this.#playout && !reply.plan.outOfBand) this.#turns.awaitSpeech(reply.audioMs)
  }

  #playoutTold(type: 'output_audio_buffer.started' | 'output_audio_buffer.stopped', responseId: string): void {
    this.#emit({ type, response_id: responseId })
    if (type === 'output_audio_buffer.stopped' && !this.#playout?.playing) this.#turns.awaitSpeech(0)
  }

  #interrupt(): void {
    const stopped = this.#playout?.stop() ?? []
    this.#responses.cancelActive('turn_detected')
    this.#tellCleared(stopped)
  }

  /** By hand; the response itself is cancelled by another event (realtime-api.md 4.4). */
  #clearOutput(): void {
    const stopped = this.#playout?.stop() ?? []
    const { latestId } = this.#responses
    if (stopped.length === 0 && latestId) this.#emit({ type: 'output_audio_buffer.cleared', response_id: latestId })
    this.#tellCleared(stopped)
  }

  #tellCleared(stopped: ReturnType<Playout['stop']>): void {
    for (const { responseId, itemId, sentMs, started } of stopped) {
      if (started) this.#emit({ type: 'output_audio_buffer.cleared', response_id: responseId })
      const entry = this.conversation.find(itemId)
      if (entry) this.#items.cut(entry, 0, Math.floor(sentMs))
    }
  }

  #asRefusal(error: unknown): Refusal {
    if (error instanceof Refusal) return error
    if (error instanceof SyntaxError) return new Refusal('invalid_json', 'The event is not valid JSON.')
    this.#world.log(`event failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    return new Refusal('server_error', 'The simulator failed to handle the event.', null, 500)
  }
}
