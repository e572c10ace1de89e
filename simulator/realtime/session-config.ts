/** The effective configuration of a session: defaults, and how an update changes it (realtime-api.md 7). */
import { DEFAULT_MODEL, findModel } from '../models.ts'
import { Refusal } from '../refusal.ts'
import { checkForModel, type SessionFields } from './session-fields.ts'

type Present<T> = Exclude<T, undefined>
type Audio = Present<SessionFields['audio']>
type Input = Present<Audio['input']>
type Output = Present<Audio['output']>

export interface ServerVad {
  type: 'server_vad'
  threshold: number
  prefix_padding_ms: number
  silence_duration_ms: number
  idle_timeout_ms: number | null
  create_response: boolean
  interrupt_response: boolean
}
export interface SemanticVad {
  type: 'semantic_vad'
  eagerness: 'low' | 'medium' | 'high' | 'auto'
  create_response: boolean
  interrupt_response: boolean
}
export type TurnDetection = ServerVad | SemanticVad

export interface SessionConfig {
  type: 'realtime'
  model: string
  output_modalities: ['audio'] | ['text']
  instructions: string
  audio: {
    input: {
      format: Present<Input['format']>
      transcription: Present<Input['transcription']>
      noise_reduction: Present<Input['noise_reduction']>
      turn_detection: TurnDetection | null
    }
    output: { format: Present<Output['format']>; voice: Present<Output['voice']>; speed: number }
  }
  tools: Present<SessionFields['tools']>
  tool_choice: Present<SessionFields['tool_choice']>
  parallel_tool_calls?: boolean
  reasoning?: SessionFields['reasoning']
  max_output_tokens: number | 'inf'
  truncation: Present<SessionFields['truncation']>
  tracing: Present<SessionFields['tracing']>
  prompt: null
  include: Present<SessionFields['include']>
}

const DEFAULT_INSTRUCTIONS = 'You are the simulator, a stand-in for a voice assistant. You repeat what you were told.'

/** `silence_duration_ms` as `session.created` shows it, which is not what the docs say (realtime-api.md 7). */
const SERVER_VAD: ServerVad = {
  type: 'server_vad',
  threshold: 0.5,
  prefix_padding_ms: 300,
  silence_duration_ms: 200,
  idle_timeout_ms: null,
  create_response: true,
  interrupt_response: true,
}
const SEMANTIC_VAD: SemanticVad = {
  type: 'semantic_vad',
  eagerness: 'auto',
  create_response: true,
  interrupt_response: true,
}

const DEFAULTS: SessionConfig = {
  type: 'realtime',
  model: DEFAULT_MODEL,
  output_modalities: ['audio'],
  instructions: DEFAULT_INSTRUCTIONS,
  audio: {
    input: {
      format: { type: 'audio/pcm', rate: 24000 },
      transcription: null,
      noise_reduction: null,
      turn_detection: SERVER_VAD,
    },
    output: { format: { type: 'audio/pcm', rate: 24000 }, voice: 'marin', speed: 1 },
  },
  tools: [],
  tool_choice: 'auto',
  max_output_tokens: 'inf',
  truncation: 'auto',
  tracing: null,
  prompt: null,
  include: null,
}

/** The session that a client secret, a call or a plain WebSocket starts with. `session` null = nothing was asked for. */
export function newConfig(session: SessionFields | null): SessionConfig {
  const model = findModel(session?.model ?? DEFAULT_MODEL, 'session.model').id
  const start = { ...structuredClone(DEFAULTS), model }
  return session ? merged(start, session) : start
}

/**
 * `session.update`: only fields that are present change, `null` clears (realtime-api.md 7).
 * @throws Refusal when the model changes, or the voice after the assistant has spoken
 */
export function updatedConfig(current: SessionConfig, update: SessionFields, hasSpoken: boolean): SessionConfig {
  if (update.model !== undefined && update.model !== current.model) {
    throw new Refusal('invalid_value', "The session's model cannot be changed.", 'session.model')
  }
  const voice = update.audio?.output?.voice
  if (hasSpoken && voice !== undefined && voice !== current.audio.output.voice) {
    const message = "Cannot update a conversation's voice if assistant audio is present."
    throw new Refusal('cannot_update_voice', message, 'session.audio.output.voice')
  }
  const tracing = update.tracing
  if (
    current.tracing !== null &&
    tracing !== undefined &&
    JSON.stringify(tracing) !== JSON.stringify(current.tracing)
  ) {
    throw new Refusal('invalid_value', 'Tracing cannot be changed once it is on.', 'session.tracing')
  }
  return merged(current, update)
}

function merged(current: SessionConfig, update: SessionFields): SessionConfig {
  checkForModel(update, current.model, 'session')
  const { audio, model, type, ...rest } = update
  const input = audio?.input ?? {}
  return {
    ...current,
    ...rest,
    audio: {
      input: {
        ...current.audio.input,
        ...input,
        format: { rate: 24000, ...(input.format ?? current.audio.input.format) },
        noise_reduction: mergedNoise(current.audio.input.noise_reduction, input.noise_reduction),
        turn_detection: mergedTurns(current.audio.input.turn_detection, input.turn_detection),
      },
      output: {
        ...current.audio.output,
        ...audio?.output,
        format: { rate: 24000, ...(audio?.output?.format ?? current.audio.output.format) },
      },
    },
  }
}

/** An omitted `strength` keeps the old one, 1 at first (realtime-api.md 7). */
function mergedNoise(
  current: SessionConfig['audio']['input']['noise_reduction'],
  update: Input['noise_reduction'],
): SessionConfig['audio']['input']['noise_reduction'] {
  if (update === undefined) return current
  if (update === null) return null
  return { strength: current?.strength ?? 1, ...current, ...update }
}

function mergedTurns(current: TurnDetection | null, update: Input['turn_detection']): TurnDetection | null {
  if (update === undefined) return current
  if (update === null) return null
  if (update.type === 'server_vad') {
    return { ...(current?.type === 'server_vad' ? current : SERVER_VAD), ...update }
  }
  return { ...(current?.type === 'semantic_vad' ? current : SEMANTIC_VAD), ...update }
}

/** The session as events and the mint response show it. `expiresAt`: seconds since 1970, 0 before it is opened. */
export function shownSession(config: SessionConfig, id: string, expiresAt: number): Record<string, unknown> {
  return { object: 'realtime.session', id, expires_at: expiresAt, ...structuredClone(config) }
}
