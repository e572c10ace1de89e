/** The broker with the shop's assistant. In a project of your own the agent stands in agents/ and this file is worker/index.ts. */
import { env } from 'cloudflare:workers'
import { brokerFor } from '../broker.ts'
import { shopAgent } from './agent.ts'

export { Visitors } from '../broker.ts'

const { app, Session, Ledger } = brokerFor({ shop: shopAgent((env as { SHOP_URL?: string }).SHOP_URL ?? '') })

export { Ledger, Session }
export default app
