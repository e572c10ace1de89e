/** The broker with the form helper. In a project of your own the agent stands in agents/ and this file is worker/index.ts. */
import { brokerFor } from '../broker.ts'
import { screenHelper } from './agent.ts'

export { Visitors } from '../broker.ts'

const { app, Session, Ledger } = brokerFor({ helper: screenHelper })

export { Ledger, Session }
export default app
