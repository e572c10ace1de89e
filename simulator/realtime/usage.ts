/** Token arithmetic (realtime-api.md 1.3 and 9): the whole history is billed again with every response. */
import { isObject } from './checks.ts'
import type { Entry } from './conversation.ts'
import type { Item, Part } from './items.ts'
import { writtenOf } from './mcp-items.ts'

export interface Tokens {
  text: number
  audio: number
  image: number
}

/** A piece of the model's input that is cached or not as a whole. */
export interface Block extends Tokens {
  /** Equal for equal content; ids play no role (realtime-api.md 10, prompt caching). */
  key: string
}

/** A stand-in for a tokenizer: English has about four characters to a token. */
const CHARACTERS_PER_TOKEN = 4
const USER_MS_PER_TOKEN = 100
const ASSISTANT_MS_PER_TOKEN = 50
/** A message of ten tokens may count twelve (realtime-api.md 1.3). */
const TOKENS_AROUND_MESSAGE = 2
/** No rule is published (realtime-api.md 1.3); these two are ours. */
const IMAGE_TOKENS = { low: 85, high: 765, auto: 765 }

export function textTokens(text: string): number {
  return Math.ceil(text.length / CHARACTERS_PER_TOKEN)
}

export function userAudioTokens(ms: number): number {
  return Math.ceil(ms / USER_MS_PER_TOKEN)
}

export function assistantAudioTokens(ms: number): number {
  return Math.ceil(ms / ASSISTANT_MS_PER_TOKEN)
}

/** Instructions and tools stand at the front of every input. */
export function frontBlock(instructions: string, tools: unknown[]): Block {
  const written = tools.length > 0 ? JSON.stringify(tools) : ''
  return {
    key: JSON.stringify([instructions, written]),
    text: textTokens(instructions) + textTokens(written),
    audio: 0,
    image: 0,
  }
}

export function itemBlock(entry: Entry): Block {
  const { item } = entry
  const tokens = item.type === 'message' ? messageTokens(item.content, entry.audioMs) : callTokens(item)
  const { id, object, status, ...content } = item
  return {
    key: JSON.stringify([content, entry.audioMs], heardAs(id)),
    ...tokens,
    text: tokens.text + TOKENS_AROUND_MESSAGE,
  }
}

/** The model hears the user's recording, which never changes; the words that are written down late are for people. */
function heardAs(id: string) {
  return (_: string, value: unknown) =>
    isObject(value) && value.type === 'input_audio' ? { type: value.type, recording: id } : value
}

/** How many blocks at the front of `input` are the same as in one of the `earlier` inputs. */
export function cachedBlocks(input: Block[], earlier: readonly Block[][]): number {
  return Math.max(0, ...earlier.map((before) => commonPrefix(input, before)))
}

export interface Usage {
  total_tokens: number
  input_tokens: number
  output_tokens: number
  input_token_details: {
    text_tokens: number
    audio_tokens: number
    image_tokens: number
    cached_tokens: number
    cached_tokens_details: { text_tokens: number; audio_tokens: number; image_tokens: number }
  }
  output_token_details: { text_tokens: number; audio_tokens: number }
}

/** The bill of one response, also of a cancelled one: what went in, and what had come out by then. */
export function usageOf(input: Block[], cached: number, output: { text: number; audio: number }): Usage {
  const all = sum(input)
  const reused = sum(input.slice(0, cached))
  const inputTokens = all.text + all.audio + all.image
  const outputTokens = output.text + output.audio
  return {
    total_tokens: inputTokens + outputTokens,
    input_tokens: inputTokens,
    output_tokens: outputTokens,
    input_token_details: {
      text_tokens: all.text,
      audio_tokens: all.audio,
      image_tokens: all.image,
      cached_tokens: reused.text + reused.audio + reused.image,
      cached_tokens_details: { text_tokens: reused.text, audio_tokens: reused.audio, image_tokens: reused.image },
    },
    output_token_details: { text_tokens: output.text, audio_tokens: output.audio },
  }
}

export function tokensOf(blocks: readonly Block[]): number {
  const { text, audio, image } = sum(blocks)
  return text + audio + image
}

function sum(blocks: readonly Block[]): Tokens {
  const total = { text: 0, audio: 0, image: 0 }
  for (const block of blocks) {
    total.text += block.text
    total.audio += block.audio
    total.image += block.image
  }
  return total
}

function messageTokens(content: Part[], audioMs: number): Tokens {
  const tokens = { text: 0, audio: 0, image: 0 }
  for (const part of content) {
    if (part.type === 'input_text' || part.type === 'output_text') tokens.text += textTokens(part.text)
    if (part.type === 'output_audio') tokens.text += textTokens(part.transcript ?? '')
    if (part.type === 'input_image') tokens.image += IMAGE_TOKENS[part.detail]
    if (part.type === 'input_audio') tokens.audio = userAudioTokens(audioMs)
    if (part.type === 'output_audio') tokens.audio = assistantAudioTokens(audioMs)
  }
  return tokens
}

function callTokens(item: Exclude<Item, { type: 'message' }>): Tokens {
  return { text: textTokens(callText(item)), audio: 0, image: 0 }
}

function callText(item: Exclude<Item, { type: 'message' }>): string {
  if (item.type === 'function_call') return item.name + item.arguments
  return item.type === 'function_call_output' ? item.output : writtenOf(item)
}

function commonPrefix(a: Block[], b: Block[]): number {
  let same = 0
  while (same < a.length && a[same]?.key === b[same]?.key) same++
  return same
}
