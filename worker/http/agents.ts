/** `GET /v1/agents/{agent}`: the public face. */
import { Hono } from 'hono'
import type { Agent } from '../../protocol/agent.ts'
import type { AgentFace } from '../../protocol/api.ts'
import { admitOrigin } from '../admission/origin.ts'
import { providerFor } from '../provider/choose.ts'
import type { Capabilities } from '../provider/provider.ts'
import { consentVersion } from '../session/consents.ts'
import { type AppEnv, allowedExtraOrigins, findAgent } from './context.ts'

export const agentRoutes = new Hono<AppEnv>().get('/:agent', (c) => {
  const id = c.req.param('agent')
  const agent = findAgent(c, id)
  admitOrigin(agent, c.req.header('Origin'), allowedExtraOrigins(c))
  const version = consentVersion(agent.consent)
  const face: AgentFace = {
    agent: id,
    name: agent.name,
    tagline: agent.tagline,
    greeting: agent.greeting,
    handshake: offeredHandshake(agent, providerFor(c.env).caps),
    transport: agent.transport,
    turns: agent.turns.detection,
    images: agent.images?.from ?? [],
    theme: agent.theme,
    ...(agent.consent && version !== null ? { consent: { ...agent.consent, version } } : {}),
  }
  // A wording that has changed must be seen at once: the one before is refused.
  return c.json(face, 200, { 'Cache-Control': version === null ? 'private, max-age=60' : 'private, no-cache' })
})

/** Not every provider has every handshake (docs/providers.md); the widget makes the one that it is told. */
function offeredHandshake({ handshake }: Agent, { handshakes }: Capabilities): AgentFace['handshake'] {
  return handshakes.includes(handshake) ? handshake : 'brokered'
}
