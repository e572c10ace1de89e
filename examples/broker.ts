/** worker/index.ts for agents of an example. */
import type { Agents } from '../protocol/agent.ts'
import { createApp } from '../worker/http/app.ts'
import { Ledger as AnyLedger } from '../worker/ledger/ledger.ts'
import { Session as AnySession } from '../worker/session/session.ts'

export { Visitors } from '../worker/admission/visitors.ts'

export function brokerFor(agents: Agents) {
  class Session extends AnySession {
    protected override get agents() {
      return agents
    }
  }
  class Ledger extends AnyLedger {
    protected override get agents() {
      return agents
    }
  }
  return { app: createApp(agents), Session, Ledger }
}
