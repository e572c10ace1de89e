/** The broker as it is deployed, with a concierge that answers the telephone, too. */
import realConcierge from '../../../agents/concierge.ts'
import { defineAgent } from '../../../protocol/agent.ts'
import { createApp } from '../../../worker/http/app.ts'
import { Session as AnySession } from '../../../worker/session/session.ts'

export { Visitors } from '../../../worker/admission/visitors.ts'
export { Ledger } from '../../../worker/ledger/ledger.ts'

const agents = {
  concierge: defineAgent({ ...realConcierge, phone: { numbers: ['+4930123456'] } }),
}

export class Session extends AnySession {
  protected override get agents() {
    return agents
  }
}

export default createApp(agents)
