/**
 * Azure OpenAI (Foundry), the GA paths (realtime-api.md 12). Further sources: Microsoft's page "Use the GPT Realtime API
 * via WebRTC" (the filter and its list), its Realtime reference (transcription by deployment name), its reference of
 * `Models - List` (rows). Bodies of errors are those that the gateway before the API is known for.
 */
import { findModel, MODELS, TRANSCRIPTION_MODELS } from '../models.ts'
import { isObject } from '../realtime/checks.ts'
import { missingParameter, Refusal } from '../refusal.ts'
import { bearer, CREATED, type Dialect } from './dialect.ts'

/** What the resource of the simulator calls its deployment of a model: another name than the model's. */
export function deploymentOf(model: string): string {
  return `${model.replaceAll('.', '-')}-deployed`
}

const MODEL_OF = new Map([...MODELS, ...TRANSCRIPTION_MODELS].map(({ id }) => [deploymentOf(id), id]))

/** A resource's key: letters and digits only. */
const RESOURCE_KEY = /^[A-Za-z0-9]{32,}$/

/** All that a page gets with `?webrtcfilter=on`. */
const FILTERED: ReadonlySet<string> = new Set([
  'input_audio_buffer.speech_started',
  'input_audio_buffer.speech_stopped',
  'output_audio_buffer.started',
  'output_audio_buffer.stopped',
  'conversation.item.input_audio_transcription.completed',
  'conversation.item.added',
  'conversation.item.created',
  'response.output_text.delta',
  'response.output_text.done',
  'response.output_audio_transcript.delta',
  'response.output_audio_transcript.done',
])

export const azureDialect: Dialect = {
  prefix: '/openai/v1',
  tokenIn(headers) {
    const key = headers['api-key']
    if (typeof key === 'string') return key
    // A Bearer is a client secret here; Entra tokens are not imitated, and a resource's key is none.
    const token = bearer(headers)
    return token?.startsWith('ek_') ? token : null
  },
  isProjectKey: (token) => RESOURCE_KEY.test(token),
  browserSockets: false,
  modelNamed: (name) => findModel(modelOf(name)),
  readSession,
  envelope,
  modelRow: ({ id, shutdownDate }) => ({
    ...{
      id: versioned(id),
      object: 'model',
      status: 'succeeded',
      lifecycle_status: 'generally-available',
      created_at: CREATED,
    },
    capabilities: { fine_tune: false, inference: true, completion: false, chat_completion: false, embeddings: false },
    // Seconds since 1970.
    deprecation: shutdownDate ? { inference: Date.parse(shutdownDate) / 1000 } : {},
  }),
  pageEvents: (query) => (query.get('webrtcfilter') === 'on' ? FILTERED : null),
}

function modelOf(deployment: string): string {
  const model = MODEL_OF.get(deployment)
  if (model) return model
  const message =
    'The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.'
  throw new Refusal('DeploymentNotFound', message, null, 404)
}

function readSession(session: unknown, opening: boolean): unknown {
  if (!isObject(session)) return session
  // There is no deployment by default.
  if (opening && session.model === undefined) throw missingParameter('session.model')
  return withTranscription({ ...session, ...named(session) })
}

function withTranscription(session: Record<string, unknown>): unknown {
  const { audio } = session
  if (!isObject(audio) || !isObject(audio.input) || !isObject(audio.input.transcription)) return session
  const transcription = { ...audio.input.transcription, ...named(audio.input.transcription) }
  return { ...session, audio: { ...audio, input: { ...audio.input, transcription } } }
}

function named({ model }: Record<string, unknown>): { model?: string } {
  return typeof model === 'string' ? { model: modelOf(model) } : {}
}

/** Rows are named by model and version; which days those are is of no matter here. */
function versioned(id: string): string {
  return /-\d{4}-\d\d-\d\d$/.test(id) ? id : `${id}-2026-03-01`
}

/** The gateway says less than the API behind it, and gives the status as code. */
function envelope({ message, type, param, code, status }: Refusal): object {
  if (status === 401) {
    return plain(
      '401',
      'Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.',
    )
  }
  if (status === 429) return plain('429', 'Requests to the Realtime API have exceeded the call rate limit.')
  if (code === 'unknown_url') return plain('404', 'Resource not found')
  if (code === 'DeploymentNotFound') return plain(code, message)
  return { error: { message, type, param, code } }
}

function plain(code: string, message: string): object {
  return { error: { code, message } }
}
