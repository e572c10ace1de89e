/** What a client may ask of one response, and what becomes of it together with the session (realtime-api.md 8.1). */
import type { Question } from '../mind.ts'
import { Refusal } from '../refusal.ts'
import { anyObject, bool, type Check, type Checked, isObject, list, nullable, oneOf, shape, text } from './checks.ts'
import type { Entry } from './conversation.ts'
import type { SessionConfig } from './session-config.ts'
import {
  audioOutput,
  checkForModel,
  maxOutputTokens,
  outputModalities,
  reasoning,
  toolChoice,
  tools,
} from './session-fields.ts'

/** realtime-api.md 1.4 */
const METADATA = { pairs: 16, key: 64, value: 512 }

const metadata: Check<Record<string, string>> = (value, path) => {
  const pairs = Object.entries(anyObject(value, path))
  if (pairs.length > METADATA.pairs) {
    const message = `Invalid '${path}': too many properties. Expected at most ${METADATA.pairs}, but got ${pairs.length}.`
    throw new Refusal('object_above_max_properties', message, path)
  }
  return Object.fromEntries(
    pairs.map(([key, entry]) => [text(METADATA.key)(key, path), text(METADATA.value)(entry, `${path}.${key}`)]),
  )
}

const anyItem: Check<unknown> = (value) => value

const fields = shape({
  conversation: oneOf('auto', 'none'),
  input: list(anyItem),
  instructions: text(),
  output_modalities: outputModalities,
  audio: shape({ output: audioOutput }),
  tools,
  tool_choice: toolChoice,
  parallel_tool_calls: bool,
  reasoning,
  max_output_tokens: maxOutputTokens,
  metadata: nullable(metadata),
})
export type ResponseParams = Checked<typeof fields>

export function checkResponse(value: unknown, config: SessionConfig): ResponseParams {
  const params = fields(value, 'response')
  checkForModel(params, config.model, 'response')
  return params
}

/** Everything a response needs to know, session and own parameters put together. */
export interface ReplyPlan {
  outOfBand: boolean
  /** Instructions of its own, null when the session's hold. */
  instructions: string | null
  modality: 'audio' | 'text'
  tools: SessionConfig['tools']
  toolChoice: Question['toolChoice']
  maxOutputTokens: number | 'inf'
  audioOutput: { format: SessionConfig['audio']['output']['format']; voice: SessionConfig['audio']['output']['voice'] }
  metadata: Record<string, string> | null
  /** What the model gets to see. */
  entries: readonly Entry[]
}

export function planOf(params: ResponseParams, config: SessionConfig, entries: readonly Entry[]): ReplyPlan {
  const { format, voice } = { ...config.audio.output, ...params.audio?.output }
  const choice = params.tool_choice ?? config.tool_choice
  return {
    outOfBand: params.conversation === 'none',
    instructions: params.instructions ?? null,
    modality: (params.output_modalities ?? config.output_modalities)[0],
    tools: params.tools ?? config.tools,
    toolChoice: isObject(choice) ? { name: choice.name } : choice,
    maxOutputTokens: params.max_output_tokens ?? config.max_output_tokens,
    audioOutput: { format: { rate: 24000, ...format }, voice },
    metadata: params.metadata ?? null,
    entries,
  }
}
