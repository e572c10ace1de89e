/** The broker: routes mounted, Durable Objects exported. */
import { env } from 'cloudflare:workers'
import { agents } from '../agents/index.ts'
import { createApp } from './http/app.ts'
import { Ledger as AnyLedger } from './ledger/ledger.ts'
import { readPrices, requirePrices } from './ledger/prices.ts'
import { requireDirectory } from './phone/directory.ts'
import { requireProvider } from './provider/settings.ts'
import { Session as AnySession } from './session/session.ts'

export { Visitors } from './admission/visitors.ts'

/** One agent's money, and what its owner is told of it. */
export class Ledger extends AnyLedger {
  protected override get agents() {
    return agents
  }
}

/** One visitor's conversation, with the tools of this deployment. */
export class Session extends AnySession {
  protected override get agents() {
    return agents
  }
}

// A model that nobody knows the price of would be free of every cap.
requirePrices(agents, readPrices(env.PRICES))
requireDirectory(agents)
requireProvider(agents, env)

export default createApp(agents)
