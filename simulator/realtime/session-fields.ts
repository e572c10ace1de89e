/** What a client may say in a session object (realtime-api.md 7), and how each field is refused. */
import { findModel } from '../models.ts'
import { betaShape, invalidType, invalidValue, missingParameter, Refusal } from '../refusal.ts'
import {
  anyObject,
  bool,
  byType,
  type Check,
  type Checked,
  integer,
  isObject,
  list,
  nullable,
  number,
  oneOf,
  shape,
  text,
} from './checks.ts'

/** Names that only the beta had (realtime-api.md 5.4). */
const BETA_NAMES = [
  'modalities',
  'voice',
  'speed',
  'temperature',
  'turn_detection',
  'input_audio_format',
  'output_audio_format',
  'input_audio_transcription',
  'input_audio_noise_reduction',
  'max_response_output_tokens',
]

const TRANSCRIPTION_MODELS = [
  'gpt-transcribe',
  'gpt-realtime-whisper',
  'gpt-live-transcribe',
  'gpt-4o-mini-transcribe',
  'gpt-4o-transcribe',
  'gpt-4o-transcribe-diarize',
  'whisper-1',
] as const

const VOICES = ['alloy', 'ash', 'ballad', 'coral', 'echo', 'sage', 'shimmer', 'verse', 'marin', 'cedar'] as const

/** The simulator carries 24 kHz PCM only; G.711 is refused with the value the API knows for it. */
const audioFormat = shape({ type: oneOf('audio/pcm'), rate: pcmRate }, ['type'])

const transcription = shape({
  model: oneOf(...TRANSCRIPTION_MODELS),
  language: text(),
  languages: list(text()),
  keywords: list(text()),
  prompt: text(),
  delay: oneOf('minimal', 'low', 'medium', 'high', 'xhigh'),
})

const noiseReduction = shape({ type: oneOf('near_field', 'far_field'), strength: number(0) })

const turnDetection = byType({
  server_vad: shape(
    {
      type: oneOf('server_vad'),
      threshold: number(0, 1),
      prefix_padding_ms: integer(0),
      silence_duration_ms: integer(0),
      create_response: bool,
      interrupt_response: bool,
      idle_timeout_ms: nullable(integer(5000, 30_000)),
    },
    ['type'],
  ),
  semantic_vad: shape(
    {
      type: oneOf('semantic_vad'),
      eagerness: oneOf('low', 'medium', 'high', 'auto'),
      create_response: bool,
      interrupt_response: bool,
    },
    ['type'],
  ),
})

const functionTool = shape({ type: oneOf('function'), name: text(64), description: text(), parameters: anyObject }, [
  'type',
  'name',
])

const namedTool = shape({ type: oneOf('function'), name: text() }, ['type', 'name'])
const toolWord = oneOf('none', 'auto', 'required')
export const toolChoice: Check<Checked<typeof toolWord> | Checked<typeof namedTool>> = (value, path) =>
  isObject(value) ? namedTool(value, path) : toolWord(value, path)

const toolFilter = shape({ tool_names: list(text()), read_only: bool })
const approvalWord = oneOf('always', 'never')
const approvalRules = shape({ always: toolFilter, never: toolFilter })
const approval: Check<Checked<typeof approvalWord> | Checked<typeof approvalRules> | null> = (value, path) =>
  value === null ? null : isObject(value) ? approvalRules(value, path) : approvalWord(value, path)

/** Of servers that the API asks by itself, those with an address; connectors and tunnels are not imitated. */
const mcpTool = shape(
  {
    ...{ type: oneOf('mcp'), server_label: text(), server_url: text(), server_description: text() },
    ...{ authorization: text(), headers: nullable(headersOf), allowed_tools: nullable(list(text())) },
    require_approval: approval,
  },
  ['type', 'server_label', 'server_url'],
)

export const tools = list(byType({ function: functionTool, mcp: mcpTool }))

/** `["audio"]` or `["text"]`, never both (realtime-api.md 5.4). */
export const outputModalities: Check<['audio'] | ['text']> = (value, path) => {
  if (!Array.isArray(value)) throw invalidType(path, 'an array', value)
  if (value.length === 1 && value[0] === 'audio') return ['audio']
  if (value.length === 1 && value[0] === 'text') return ['text']
  const message = `Invalid modalities: ${JSON.stringify(value)}. Supported combinations are: ['text'] and ['audio'].`
  throw new Refusal('invalid_value', message, path)
}

export const maxOutputTokens: Check<number | 'inf'> = (value, path) =>
  value === 'inf' ? 'inf' : integer(1, 4096)(value, path)

export const reasoning = nullable(shape({ effort: oneOf('minimal', 'low', 'medium', 'high', 'xhigh') }))

const customVoice = shape({ id: text() }, ['id'])
const voiceName = oneOf(...VOICES)
/** A custom voice is sent as `{id}`; sessions and responses show voices as strings. */
const voice: Check<string> = (value, path) => (isObject(value) ? customVoice(value, path).id : voiceName(value, path))

export const audioOutput = shape({ format: audioFormat, voice })

const truncation: Check<'auto' | 'disabled' | Checked<typeof retention>> = (value, path) =>
  isObject(value) ? retention(value, path) : oneOf('auto', 'disabled')(value, path)
const retention = shape(
  {
    type: oneOf('retention_ratio'),
    retention_ratio: number(0, 1),
    token_limits: shape({ post_instructions: integer(0) }),
  },
  ['type', 'retention_ratio'],
)

const tracingDetails = shape({ workflow_name: text(), group_id: text(), metadata: anyObject })
const tracing: Check<'auto' | Checked<typeof tracingDetails> | null> = (value, path) =>
  value === null ? null : isObject(value) ? tracingDetails(value, path) : oneOf('auto')(value, path)

const noPrompt: Check<null> = (value, path) => {
  if (value === null) return null
  throw new Refusal('invalid_value', 'Stored prompts do not exist in the simulator; send `instructions`.', path)
}

const fields = shape(
  {
    type: oneOf('realtime'),
    model: text(),
    output_modalities: outputModalities,
    instructions: text(),
    audio: shape({
      input: shape({
        format: audioFormat,
        transcription: nullable(transcription),
        noise_reduction: nullable(noiseReduction),
        turn_detection: nullable(turnDetection),
      }),
      output: shape({ format: audioFormat, voice, speed: number(0.25, 1.5) }),
    }),
    tools,
    tool_choice: toolChoice,
    parallel_tool_calls: bool,
    reasoning,
    max_output_tokens: maxOutputTokens,
    truncation,
    tracing,
    prompt: noPrompt,
    include: nullable(list(oneOf('item.input_audio_transcription.logprobs'))),
  },
  ['type'],
)

/** A session object as a client sent it, every field in order. */
export type SessionFields = Checked<typeof fields>

/**
 * Checks a session object from `session.update`, a client secret request or the `session` part of a call.
 * `path` is how errors name it (`session`).
 */
export function checkSession(value: unknown, path: string): SessionFields {
  if (!isObject(value)) throw invalidType(path, 'an object', value)
  if (value.type === undefined) throw missingParameter(`${path}.type`)
  if (value.type === 'transcription') {
    throw invalidValue(`${path}.type`, 'transcription', ['realtime'])
  }
  const beta = BETA_NAMES.find((name) => Object.hasOwn(value, name))
  if (beta) throw betaShape(`${path}.${beta}`)
  return fields(value, path)
}

/** Refuses what only reasoning models take; one such field fails a whole update (realtime-api.md 0.13, 1.1). */
export function checkForModel(
  session: Pick<SessionFields, 'reasoning' | 'parallel_tool_calls'>,
  id: string,
  path: string,
) {
  if (findModel(id).reasoning) return
  for (const name of ['reasoning', 'parallel_tool_calls'] as const) {
    if (session[name] === undefined || session[name] === null) continue
    const message = `Unknown parameter: '${path}.${name}'. It is not supported by the model '${id}'.`
    throw new Refusal('unknown_parameter', message, `${path}.${name}`)
  }
}

function headersOf(value: unknown, path: string): Record<string, string> {
  const all = Object.entries(anyObject(value, path))
  return Object.fromEntries(all.map(([name, entry]) => [name, text()(entry, `${path}.${name}`)]))
}

function pcmRate(value: unknown, path: string): 24000 {
  if (value !== 24000) throw invalidValue(path, value, ['24000'])
  return 24000
}
