/** What the modules of a session get handed in, so that each can be tested without a runtime. */
export { type Clock, systemClock } from '../clock.ts'

/** The part of Durable Object storage that is used for rows. */
export type Sql = Pick<SqlStorage, 'exec'>
