/** What the person says aloud: from the input buffer, through turn detection or by hand, to items with late transcripts. */
import { audioMs } from '../engines.ts'
import { Refusal } from '../refusal.ts'
import { type Conversation, type Entry, newEntry } from './conversation.ts'
import { Transcripts, understand } from './hearing.ts'
import { IdleWatch } from './idle.ts'
import { decodePcm, shownItem } from './items.ts'
import { Listening } from './listening.ts'
import type { SessionConfig } from './session-config.ts'
import type { Emit, World } from './world.ts'

/** Less audio than this cannot be committed (realtime-api.md 4.6). */
const SHORTEST_COMMIT_MS = 100
/** Longest `audio` of one append, in bytes before base64 (realtime-api.md 1.4). */
const LARGEST_APPEND = 15 * 1024 * 1024

export interface UserTurnsOptions {
  world: World
  emit: Emit
  conversation: Conversation
  config: SessionConfig
  /** Whether recordings are kept with their items. */
  keepsAudio(): boolean
  /** Somebody begins to speak and shall not be talked over. */
  onInterruption(): void
  /** A turn is over and wants an answer. */
  onTurn(): void
}

export class UserTurns {
  #world: World
  #emit: Emit
  #conversation: Conversation
  #config: SessionConfig
  #keepsAudio: () => boolean
  #onInterruption: () => void
  #onTurn: () => void
  #listening: Listening
  #transcripts: Transcripts
  #idle: IdleWatch
  /** Id that the turn being spoken will have (realtime-api.md 8.3, `speech_started`). */
  #speechItemId: string | null = null

  constructor(options: UserTurnsOptions) {
    const { world, emit, conversation } = options
    this.#world = world
    this.#emit = emit
    this.#conversation = conversation
    this.#config = options.config
    this.#keepsAudio = options.keepsAudio
    this.#onInterruption = options.onInterruption
    this.#onTurn = options.onTurn
    this.#listening = new Listening(world.createVad, {
      started: (ms) => this.#started(ms),
      stopped: (ms, pcm) => this.#stopped(ms, pcm),
    })
    this.#listening.configure(options.config.audio.input.turn_detection)
    this.#transcripts = new Transcripts(world, emit, conversation)
    this.#idle = new IdleWatch(world.clock, (ms) => this.#idleTooLong(ms))
  }

  configure(config: SessionConfig): void {
    this.#config = config
    this.#listening.configure(config.audio.input.turn_detection)
    this.#idle.cancel()
  }

  /** Audio of a microphone. */
  push(pcm: Int16Array): void {
    this.#listening.push(pcm)
  }

  append(audio: string): void {
    const pcm = decodePcm(audio, 'audio')
    if (pcm.byteLength > LARGEST_APPEND) {
      throw new Refusal('string_above_max_length', "Invalid 'audio': at most 15 MiB of audio per event.", 'audio')
    }
    this.#listening.push(pcm)
  }

  /** By hand: it starts the transcript but no response (realtime-api.md 8.1). */
  commit(): void {
    const ms = this.#listening.bufferedMs
    if (ms < SHORTEST_COMMIT_MS) {
      const message = `Error committing input audio buffer: buffer too small. Expected at least ${SHORTEST_COMMIT_MS}ms of audio, but buffer only has ${ms.toFixed(2)}ms of audio.`
      throw new Refusal('input_audio_buffer_commit_empty', message)
    }
    this.#add(this.#listening.take(), this.#takeSpeechItemId())
  }

  clear(): void {
    this.#listening.clear()
    this.#speechItemId = null
    this.#emit({ type: 'input_audio_buffer.cleared' })
  }

  /** The assistant is done and falls silent in `stillPlayingMs`: from then on silence is counted. */
  awaitSpeech(stillPlayingMs: number): void {
    this.#idle.arm(this.#config, stillPlayingMs)
  }

  /** The assistant is about to speak. */
  stopWaiting(): void {
    this.#idle.cancel()
  }

  close(): void {
    this.#transcripts.close()
    this.#idle.close()
  }

  #started(audioStartMs: number): void {
    this.#idle.cancel()
    const itemId = this.#world.newId('item_')
    this.#speechItemId = itemId
    this.#emit({ type: 'input_audio_buffer.speech_started', audio_start_ms: audioStartMs, item_id: itemId })
    if (this.#config.audio.input.turn_detection?.interrupt_response) this.#onInterruption()
  }

  #stopped(audioEndMs: number, pcm: Int16Array): void {
    const itemId = this.#takeSpeechItemId()
    this.#emit({ type: 'input_audio_buffer.speech_stopped', audio_end_ms: audioEndMs, item_id: itemId })
    this.#add(pcm, itemId)
    if (this.#config.audio.input.turn_detection?.create_response) this.#onTurn()
  }

  /** The silence is committed and the assistant speaks first (realtime-api.md 7, `idle_timeout_ms`). */
  #idleTooLong(timeoutMs: number): void {
    const endMs = Math.round(this.#listening.totalMs)
    const itemId = this.#world.newId('item_')
    this.#emit({
      type: 'input_audio_buffer.timeout_triggered',
      audio_start_ms: Math.max(0, endMs - timeoutMs),
      audio_end_ms: endMs,
      item_id: itemId,
    })
    this.#add(this.#listening.take(), itemId)
    this.#onTurn()
  }

  #takeSpeechItemId(): string {
    const id = this.#speechItemId ?? this.#world.newId('item_')
    this.#speechItemId = null
    return id
  }

  /** Makes a user item of audio; its transcript follows when it is ready (realtime-api.md 8.4). */
  #add(pcm: Int16Array, id: string): void {
    const previous_item_id = this.#conversation.lastId
    this.#emit({ type: 'input_audio_buffer.committed', previous_item_id, item_id: id })
    const heard = understand(this.#world, pcm)
    const head = { id, object: 'realtime.item', status: 'completed' } as const
    const content = [{ type: 'input_audio', transcript: null } as const]
    const entry: Entry = {
      ...newEntry({ ...head, type: 'message', role: 'user', content }),
      ...(this.#keepsAudio() ? { audio: pcm } : {}),
      audioMs: audioMs(pcm),
      heard,
    }
    this.#conversation.add(entry)
    for (const type of ['conversation.item.added', 'conversation.item.done']) {
      this.#emit({ type, previous_item_id, item: shownItem(entry.item) })
    }
    const { transcription } = this.#config.audio.input
    if (transcription) this.#transcripts.follow(entry, heard, transcription)
  }
}
