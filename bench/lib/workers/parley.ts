/** The broker as worker/index.ts puts it together, with the benches' agent. */
import { env } from 'cloudflare:workers'
import { createApp } from '../../../worker/http/app.ts'
import { Ledger as AnyLedger } from '../../../worker/ledger/ledger.ts'
import { readPrices, requirePrices } from '../../../worker/ledger/prices.ts'
import { requireDirectory } from '../../../worker/phone/directory.ts'
import { requireProvider } from '../../../worker/provider/settings.ts'
import { Session as AnySession } from '../../../worker/session/session.ts'
import { agents } from './agents.ts'

export { Visitors } from '../../../worker/admission/visitors.ts'

export class Ledger extends AnyLedger {
  protected override get agents() {
    return agents
  }
}

export class Session extends AnySession {
  protected override get agents() {
    return agents
  }
}

requirePrices(agents, readPrices(env.PRICES))
requireDirectory(agents)
requireProvider(agents, env)

export default createApp(agents)
