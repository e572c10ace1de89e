/** The broker as it is deployed, with agents that look at pictures: one forgets them, one keeps them. */
import realConcierge from '../../../agents/concierge.ts'
import { defineAgent } from '../../../protocol/agent.ts'
import { createApp } from '../../../worker/http/app.ts'
import { Session as AnySession } from '../../../worker/session/session.ts'

export { Visitors } from '../../../worker/admission/visitors.ts'
export { Ledger } from '../../../worker/ledger/ledger.ts'

const agents = {
  concierge: defineAgent({ ...realConcierge, images: { maxPerSession: 3 } }),
  keeper: defineAgent({ ...realConcierge, images: { keep: true } }),
}

export class Session extends AnySession {
  protected override get agents() {
    return agents
  }
}

export default createApp(agents)
