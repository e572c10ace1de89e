/** What was understood of the user's audio, and its late transcript. */
import { audioMs } from '../engines.ts'
import type { Conversation, Entry } from './conversation.ts'
import type { SessionConfig } from './session-config.ts'
import { textTokens, userAudioTokens } from './usage.ts'
import type { Emit, World } from './world.ts'

type Transcription = NonNullable<SessionConfig['audio']['input']['transcription']>

/** These send words as they come, the others one piece or nothing (realtime-api.md 1.2, 8.3). */
const STREAMING = ['gpt-realtime-whisper', 'gpt-live-transcribe']
/** Billed by the second instead of by tokens. */
const BY_DURATION = [...STREAMING, 'whisper-1']

/** Recognises speech. Without a recogniser it says how long somebody spoke, which is all it knows. */
export function understand(world: World, pcm: Int16Array): Promise<string> {
  const heard = recognise(world, pcm)
  // Whoever waits for the words is told too; this is for turns that nobody waits for.
  heard.catch((error) => world.log(`the recogniser failed: ${error instanceof Error ? error.message : 'unknown'}`))
  return heard
}

async function recognise(world: World, pcm: Int16Array): Promise<string> {
  const ear = await world.ear()
  if (ear.kind === 'none') return `[speech, ${(audioMs(pcm) / 1000).toFixed(1)} s]`
  return (await ear.hear(pcm)).trim()
}

/** Sends the transcript of a committed turn, some time after it was understood (realtime-api.md 0.8). */
export class Transcripts {
  #world: World
  #emit: Emit
  #conversation: Conversation
  #open = true

  constructor(world: World, emit: Emit, conversation: Conversation) {
    this.#world = world
    this.#emit = emit
    this.#conversation = conversation
  }

  close(): void {
    this.#open = false
  }

  follow(entry: Entry, heard: Promise<string>, transcription: Transcription): void {
    const { clock, timing } = this.#world
    heard.then(
      (transcript) => clock.after(timing.transcriptionDelayMs, () => this.#completed(entry, transcript, transcription)),
      () => this.#failed(entry),
    )
  }

  #completed(entry: Entry, transcript: string, transcription: Transcription): void {
    if (!this.#open || !this.#conversation.find(entry.item.id)) return
    const model = transcription.model ?? 'gpt-transcribe'
    const about = { item_id: entry.item.id, content_index: 0 }
    for (const delta of deltas(transcript, model)) {
      this.#emit({ type: 'conversation.item.input_audio_transcription.delta', ...about, delta })
    }
    if (entry.item.type === 'message') entry.item.content = [{ type: 'input_audio', transcript }]
    const usage = transcriptionUsage(transcript, entry.audioMs, model)
    this.#emit({ type: 'conversation.item.input_audio_transcription.completed', ...about, transcript, usage })
  }

  #failed(entry: Entry): void {
    if (!this.#open) return
    this.#emit({
      type: 'conversation.item.input_audio_transcription.failed',
      item_id: entry.item.id,
      content_index: 0,
      error: { type: 'server_error', code: 'transcription_failed', message: 'The recogniser failed.', param: null },
    })
  }
}

function deltas(transcript: string, model: string): string[] {
  if (transcript === '' || model === 'whisper-1') return []
  return STREAMING.includes(model) ? wordsWithSpaces(transcript) : [transcript]
}

/** Words that, put together, give the text again. */
export function wordsWithSpaces(text: string): string[] {
  return text.match(/\s*\S+/g) ?? []
}

function transcriptionUsage(transcript: string, ms: number, model: string): Record<string, unknown> {
  if (BY_DURATION.includes(model)) return { type: 'duration', seconds: Math.round(ms / 100) / 10 }
  const audio = userAudioTokens(ms)
  const output = textTokens(transcript)
  return {
    type: 'tokens',
    input_tokens: audio,
    output_tokens: output,
    total_tokens: audio + output,
    input_token_details: { text_tokens: 0, audio_tokens: audio },
  }
}
