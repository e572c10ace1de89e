/** The broker: routes mounted, Durable Objects exported. */
import { env } from 'cloudflare:workers'
import { agents } from '../agents/index.ts'
import { createApp } from './http/app.ts'
import { readPrices, requirePrices } from './ledger/prices.ts'
import { requireDirectory } from './phone/directory.ts'
import { requireProvider } from './provider/settings.ts'
import { Session as AnySession } from './session/session.ts'

export { Visitors } from './admission/visitors.ts'
export { Ledger } from './ledger/ledger.ts'

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
