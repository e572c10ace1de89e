import { modelNotFound } from './refusal.ts'

export interface Model {
  id: string
  /** Tokens of context, and the most a response may put out (realtime-api.md 1.1). */
  context: number
  maxOutput: number
  /** Takes `reasoning` and `parallel_tool_calls`; the others refuse them (realtime-api.md 1.1). */
  reasoning: boolean
  /** Day on which the provider takes the model away. */
  shutdownDate?: string
}

const RETIRING = { context: 32_000, maxOutput: 4096, reasoning: false, shutdownDate: '2027-01-20' }
const CURRENT = { context: 128_000, maxOutput: 32_000, reasoning: true }

/** The speech-to-speech models of realtime-api.md 1.1. */
export const MODELS: readonly Model[] = [
  { id: 'gpt-realtime-2.1', ...CURRENT },
  { id: 'gpt-realtime-2.1-mini', ...CURRENT },
  { id: 'gpt-realtime-2', ...CURRENT },
  { id: 'gpt-realtime-1.5', context: 32_000, maxOutput: 4096, reasoning: false },
  { id: 'gpt-realtime', ...RETIRING },
  { id: 'gpt-realtime-2025-08-28', ...RETIRING },
  { id: 'gpt-realtime-mini', ...RETIRING },
  { id: 'gpt-realtime-mini-2025-12-15', ...RETIRING },
]

/** Models that write down what visitors say (realtime-api.md 1.2): the list of models has them too. */
export const TRANSCRIPTION_MODELS: readonly Pick<Model, 'id' | 'shutdownDate'>[] = [
  ...['gpt-transcribe', 'gpt-realtime-whisper', 'gpt-live-transcribe'].map((id) => ({ id })),
  ...['gpt-4o-mini-transcribe', 'gpt-4o-transcribe', 'gpt-4o-transcribe-diarize', 'whisper-1'].map((id) => ({
    ...{ id, shutdownDate: '2027-02-26' },
  })),
]

/** Used where a request names no model. */
export const DEFAULT_MODEL = 'gpt-realtime-2.1'

/** @throws Refusal `model_not_found` */
export function findModel(id: string, param?: string): Model {
  const model = MODELS.find((known) => known.id === id)
  if (!model) throw modelNotFound(id, param)
  return model
}
