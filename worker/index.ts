/** The broker: routes mounted, Durable Objects exported. */
import { agents } from '../agents/index.ts'
import { createApp } from './http/app.ts'

export { Visitors } from './admission/visitors.ts'
export { Session } from './session/session.ts'

export default createApp(agents)
