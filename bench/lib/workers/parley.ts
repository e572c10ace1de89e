/** The broker as worker/index.ts puts it together, with the benches' agent. */
import { env } from 'cloudflare:workers'
import { createApp } from '../../../worker/http/app.ts'
import { readPrices, requirePrices } from '../../../worker/ledger/prices.ts'
import { agents } from './agents.ts'

export { Visitors } from '../../../worker/admission/visitors.ts'
export { Ledger } from '../../../worker/ledger/ledger.ts'
export { Session } from '../../../worker/session/session.ts'

requirePrices(agents, readPrices(env.PRICES))

export default createApp(agents)
