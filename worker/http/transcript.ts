/** `GET /v1/sessions/{id}/transcript`: JSON in pages, or the whole of it in the format that `Accept` asks for. */
import { Hono } from 'hono'
import { unwrap } from '../session/result.ts'
import { type AppEnv, bearer } from './context.ts'
import { answerTranscript } from './transcript-answer.ts'

export const transcriptRoutes = new Hono<AppEnv>().get('/:session/transcript', async (c) => {
  const { id, stub, generation } = await bearer(c, c.req.param('session'))
  return answerTranscript(c, {
    id,
    readPage: async (after, limit) => unwrap(await stub.transcript(generation, after, limit)),
    startedAt: async (call) => unwrap(await stub.startedAt(generation, call)),
  })
})
