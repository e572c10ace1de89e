/** The broker's HTTP API as functions: checked answers, typed errors, bounded time. */
import * as v from 'valibot'
import {
  type AgentFace,
  AgentFaceSchema,
  type CallCreated,
  CallCreatedSchema,
  type CreateSession,
  type NextCall,
  type ReportCall,
  type SessionCreated,
  SessionCreatedSchema,
  type Transcript,
  TranscriptSchema,
} from '../../protocol/api.ts'
import { isErrorCode } from '../../protocol/error-codes.ts'
import { type ErrorCode, ProblemSchema } from '../../protocol/errors.ts'
import type { EndReason } from '../../protocol/frames.ts'
import { newId } from '../../protocol/ids.ts'
import type { Rate } from '../../protocol/rating.ts'
import { type Clock, within } from '../clock.ts'

/** Longest time (ms) any answer may take: the broker itself waits for the provider. */
export const BROKER_TIMEOUT_MS = 15_000

const TIMEOUT = 'timeout'
/** A request whose connection broke is repeated once, after this long (ms). */
const REPEAT_AFTER_MS = 500
/** While the broker is still at work on the first, the repeat asks each second, this many times. */
const IN_FLIGHT_PAUSE_MS = 1000
const IN_FLIGHT_TRIES = 15

/** A session and the credential to use it. */
export interface Link {
  session: string
  token: string
}

export class BrokerError extends Error {
  override readonly name = 'BrokerError'
  readonly code: ErrorCode | 'broker_unreachable'
  /** Of `call_over`: why the call before had ended. */
  readonly reason: EndReason | undefined

  constructor(code: ErrorCode | 'broker_unreachable', options?: ErrorOptions & { reason?: EndReason | undefined }) {
    super(code, options)
    this.code = code
    this.reason = options?.reason
  }
}

/** Every function rejects with a BrokerError. */
export interface Broker {
  /** @param early what was asked of the same address already; null where that failed */
  face(agent: string, early?: Promise<Response | null>): Promise<AgentFace>
  createSession(body: CreateSession): Promise<SessionCreated>
  createCall(link: Link, call: NextCall): Promise<CallCreated>
  reportCall(link: Link, call: string, report: ReportCall): Promise<void>
  /** `leaving`: the page goes away, the request must outlive it. */
  endCall(link: Link, call: string, leaving?: boolean): Promise<void>
  /** One page; `after` is the cursor of the page before. */
  transcript(link: Link, options?: { after?: string; limit?: number }): Promise<Transcript>
  erase(link: Link): Promise<void>
  /** The request outlives the page. */
  rate(link: Link, body: Rate): Promise<void>
  eventsUrl(session: string, after: number): string
  relayUrl(session: string, call: string): string
}

interface Ask {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  link?: Link
  body?: unknown
  idempotencyKey?: string
  keepalive?: boolean
  early?: Promise<Response | null> | undefined
}

export function createBroker(
  ports: { fetch: (input: string, init?: RequestInit) => Promise<Response>; clock: Clock },
  origin: string,
): Broker {
  const base = new URL('/v1/', origin).href

  async function ask(
    path: string,
    { method = 'GET', link, body, idempotencyKey, keepalive, early }: Ask,
  ): Promise<unknown> {
    const stop = new AbortController()
    const request = () =>
      ports.fetch(base + path, {
        method,
        signal: stop.signal,
        ...(keepalive ? { keepalive } : {}),
        headers: {
          ...(link ? { Authorization: `Bearer ${link.token}` } : {}),
          ...(idempotencyKey ? { 'Idempotency-Key': idempotencyKey } : {}),
          ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
    const answer = (early ? early.then((response) => response ?? request()) : request())
      .then(async (response) => ({ ok: response.ok, status: response.status, text: await response.text() }))
      .catch((cause: unknown) => {
        throw new BrokerError('broker_unreachable', { cause })
      })
    const { ok, status, text } = await within(ports.clock, BROKER_TIMEOUT_MS, answer, () => {
      stop.abort()
      return new BrokerError('broker_unreachable', { cause: TIMEOUT })
    })
    if (!ok) throw problemOf(text, status)
    return text === '' ? null : parseJson(text)
  }

  async function askFor<T extends v.GenericSchema>(schema: T, path: string, request: Ask): Promise<v.InferOutput<T>> {
    const result = v.safeParse(schema, await ask(path, request))
    // What was answered stays out of the error: it may hold a token or a transcript.
    if (!result.success) throw new BrokerError('internal', { cause: 'answer does not match the schema' })
    return result.output
  }

  /** A POST that makes something. Its key makes a repeat harmless: the answer may be lost when a connection breaks. */
  async function start<T extends v.GenericSchema>(schema: T, path: string, request: Ask): Promise<v.InferOutput<T>> {
    const keyed = { ...request, method: 'POST', idempotencyKey: newId('key_') } as const
    let repeats = 1
    let tries = IN_FLIGHT_TRIES
    for (;;) {
      try {
        return await askFor(schema, path, keyed)
      } catch (error) {
        if (!(error instanceof BrokerError)) throw error
        if (isBroken(error) && repeats-- > 0) await pause(REPEAT_AFTER_MS)
        else if (error.code === 'idempotency_in_flight' && tries-- > 0) await pause(IN_FLIGHT_PAUSE_MS)
        else throw error
      }
    }
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resume) => void ports.clock.after(ms, resume))
  }

  async function tell(path: string, request: Ask): Promise<void> {
    await ask(path, request)
  }

  return {
    face: (agent, early) => askFor(AgentFaceSchema, `agents/${encodeURIComponent(agent)}`, { early }),
    createSession: (body) => start(SessionCreatedSchema, 'sessions', { body }),
    createCall: (link, call) => start(CallCreatedSchema, `sessions/${link.session}/calls`, { link, body: call }),
    reportCall: (link, call, body) => tell(`sessions/${link.session}/calls/${call}`, { method: 'PUT', link, body }),
    endCall: (link, call, leaving) =>
      tell(`sessions/${link.session}/calls/${call}/end`, { method: 'POST', link, keepalive: leaving }),
    transcript: (link, options = {}) => {
      const query = new URLSearchParams()
      if (options.after !== undefined) query.set('after', options.after)
      if (options.limit !== undefined) query.set('limit', String(options.limit))
      return askFor(TranscriptSchema, `sessions/${link.session}/transcript?${query}`, { link })
    },
    rate: (link, body) => tell(`sessions/${link.session}/rating`, { method: 'PUT', link, body, keepalive: true }),
    erase: (link) => tell(`sessions/${link.session}`, { method: 'DELETE', link }),
    eventsUrl: (session, after) => `${base.replace(/^http/, 'ws')}sessions/${session}/events?after=${after}`,
    relayUrl: (session, call) => `${base.replace(/^http/, 'ws')}sessions/${session}/relay?call=${call}`,
  }
}

/** Answers without a problem document come from something in between (a proxy, a captive portal). */
function problemOf(text: string, status: number): BrokerError {
  const problem = v.safeParse(ProblemSchema, parseJson(text))
  if (!problem.success) return new BrokerError(status >= 500 ? 'broker_unreachable' : 'internal')
  const { code, reason } = problem.output
  return new BrokerError(isErrorCode(code) ? code : 'internal', { reason })
}

/** The connection broke. Not when it took too long: whoever waits has given up by then. */
function isBroken({ code, cause }: BrokerError): boolean {
  return code === 'broker_unreachable' && cause !== TIMEOUT
}

/** null for what is not JSON: no schema accepts that. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
