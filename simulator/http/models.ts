/** `GET /v1/models` and `GET /v1/models/{model}`; rows may carry `shutdown_date` (realtime-api.md 0.1). */
import type { Credentials } from '../credentials.ts'
import type { Dialect } from '../dialects/dialect.ts'
import { findModel, MODELS, TRANSCRIPTION_MODELS } from '../models.ts'
import type { Answer, Ask } from './exchange.ts'
import { projectKeyOnly } from './keys.ts'

export function listModels(ask: Ask, credentials: Credentials, { modelRow }: Dialect): Answer {
  projectKeyOnly(credentials.checkIn(ask.headers))
  return { status: 200, body: { object: 'list', data: [...MODELS, ...TRANSCRIPTION_MODELS].map(modelRow) } }
}

export function showModel(ask: Ask, credentials: Credentials, { modelRow }: Dialect): Answer {
  projectKeyOnly(credentials.checkIn(ask.headers))
  return { status: 200, body: modelRow(findModel(ask.params[0] ?? '')) }
}
