/** The broker: routes mounted, Durable Objects exported. */
import { env } from 'cloudflare:workers'
import { agents } from '../agents/index.ts'
import { createApp } from './http/app.ts'
import { readPrices, requirePrices } from './ledger/prices.ts'

export { Visitors } from './admission/visitors.ts'
export { Ledger } from './ledger/ledger.ts'
export { Session } from './session/session.ts'

// A model that nobody knows the price of would be free of every cap.
requirePrices(agents, readPrices(env.PRICES))

export default createApp(agents)
