/** OpenAI itself. */
import { findModel } from '../models.ts'
import { bearer, CREATED, type Dialect } from './dialect.ts'

export const openAiDialect: Dialect = {
  prefix: '/v1',
  tokenIn: bearer,
  isProjectKey: (token) => token.startsWith('sk-'),
  browserSockets: true,
  modelNamed: findModel,
  readSession: (session) => session,
  envelope: ({ message, type, param, code }) => ({ error: { message, type, param, code } }),
  modelRow: ({ id, shutdownDate }) => ({
    ...{ id, object: 'model', created: CREATED, owned_by: 'openai' },
    ...(shutdownDate ? { shutdown_date: shutdownDate } : {}),
  }),
  pageEvents: () => null,
}
