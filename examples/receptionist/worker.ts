/** The broker with the receptionist. In a project of your own the agent stands in agents/ and this file is worker/index.ts. */
import { brokerFor } from '../broker.ts'
import { receptionist } from './agent.ts'

export { Visitors } from '../broker.ts'

const { app, Session, Ledger } = brokerFor({ receptionist })

export { Ledger, Session }
export default app
