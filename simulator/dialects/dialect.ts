/** How a provider differs from another that runs the same API (realtime-api.md 12). */
import type { IncomingHttpHeaders } from 'node:http'
import type { Model } from '../models.ts'
import type { Refusal } from '../refusal.ts'

export interface Dialect {
  /** Before every path of the API, version included. */
  prefix: string
  /** What a request brings to be let in: a project key or a client secret. */
  tokenIn(headers: IncomingHttpHeaders): string | null
  isProjectKey(token: string): boolean
  /** Whether a browser may bring its credential as a subprotocol of a WebSocket. */
  browserSockets: boolean
  /** @throws Refusal for a name that no model has here */
  modelNamed(name: string, param?: string): Model
  /**
   * A session object with the models' own names instead of those that this provider uses for them; not checked otherwise.
   * `opening`: a new session, not the change of one.
   * @throws Refusal for names of models that are not known
   */
  readSession(session: unknown, opening: boolean): unknown
  /** The body of a refused HTTP request. */
  envelope(refusal: Refusal): object
  /** A row of the list of models. */
  modelRow(model: Pick<Model, 'id' | 'shutdownDate'>): object
  /** Events that a page's data channel gets, for the address that a call was made with; null: all. */
  pageEvents(query: URLSearchParams): ReadonlySet<string> | null
}

/** The token of an `Authorization: Bearer …` header. */
export function bearer({ authorization }: IncomingHttpHeaders): string | null {
  return /^Bearer\s+(.+)$/i.exec(authorization ?? '')?.[1]?.trim() ?? null
}

/** When the models became available; the simulator knows no better: 2025-08-28, seconds since 1970. */
export const CREATED = 1756339200
