/** `GET /v1/models` and `GET /v1/models/{model}`; rows may carry `shutdown_date` (realtime-api.md 0.1). */
import { bearer, type Credentials } from '../credentials.ts'
import { findModel, MODELS, type Model, TRANSCRIPTION_MODELS } from '../models.ts'
import type { Answer, Ask } from './exchange.ts'
import { projectKeyOnly } from './keys.ts'

/** 2025-08-28, when the API became generally available; the simulator knows no better. */
const CREATED = 1756339200

export function listModels(ask: Ask, credentials: Credentials): Answer {
  projectKeyOnly(credentials.check(bearer(ask.headers.authorization)))
  return { status: 200, body: { object: 'list', data: [...MODELS, ...TRANSCRIPTION_MODELS].map(row) } }
}

export function showModel(ask: Ask, credentials: Credentials): Answer {
  projectKeyOnly(credentials.check(bearer(ask.headers.authorization)))
  return { status: 200, body: row(findModel(ask.params[0] ?? '')) }
}

function row({ id, shutdownDate }: Pick<Model, 'id' | 'shutdownDate'>): object {
  const end = shutdownDate ? { shutdown_date: shutdownDate } : {}
  return { id, object: 'model', created: CREATED, owned_by: 'openai', ...end }
}
