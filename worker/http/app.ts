/** The routes of the broker. */
import { Hono } from 'hono'
import type { Agents } from '../../protocol/agent.ts'
import type { Health } from '../../protocol/api.ts'
import { ParleyError } from '../../protocol/errors.ts'
import { createLog } from '../log.ts'
import { agentRoutes } from './agents.ts'
import { callRoutes } from './calls.ts'
import { consoleRoutes } from './console.ts'
import { consoleHeaders } from './console-guard.ts'
import type { AppEnv } from './context.ts'
import { cors } from './cors.ts'
import { eventRoutes } from './events.ts'
import { imageRoutes } from './images.ts'
import { refuseOtherMethods } from './methods.ts'
import { ownSessionRoutes } from './own-sessions.ts'
import { answerProblem } from './problems.ts'
import { ratingRoutes } from './rating.ts'
import { relayRoutes } from './relay.ts'
import { replyRoutes } from './replies.ts'
import { sessionRoutes } from './sessions.ts'
import { transcriptRoutes } from './transcript.ts'
import { webhookRoutes } from './webhooks.ts'

export function createApp(agents: Agents) {
  const app = new Hono<AppEnv>()
    .use(async (c, next) => {
      c.set('agents', agents)
      c.set('log', createLog())
      await next()
    })
    .use('/console/api/*', consoleHeaders)
    .use(cors)
    .get('/healthz', (c) =>
      c.json({
        ok: true,
        configured: Boolean(c.env.PARLEY_SECRET && c.env.OPENAI_API_KEY),
        agents: Object.keys(agents),
      } satisfies Health),
    )
    .route('/v1/agents', agentRoutes)
    .route('/v1/sessions', sessionRoutes)
    .route('/v1/sessions', ownSessionRoutes)
    .route('/v1/sessions', callRoutes)
    .route('/v1/sessions', eventRoutes)
    .route('/v1/sessions', relayRoutes)
    .route('/v1/sessions', transcriptRoutes)
    .route('/v1/sessions', ratingRoutes)
    .route('/v1/sessions', imageRoutes)
    .route('/v1/replies', replyRoutes)
    .route('/v1/webhooks', webhookRoutes)
    .route('/console/api', consoleRoutes)
    .notFound((c) => answerProblem(new ParleyError('not_found'), c))
    .onError((error, c) => answerProblem(error, c))
  refuseOtherMethods(app)
  return app
}
