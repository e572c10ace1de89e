/** The broker's HTTP API as functions: checked answers, typed errors, bounded time. */
import * as v from 'valibot'
import {
  type AgentFace,
  AgentFaceSchema,
  type CallCreated,
  CallCreatedSchema,
  type CallRequest,
  type CreateSession,
  type ReportCall,
  type SessionCreated,
  SessionCreatedSchema,
  type Transcript,
  TranscriptSchema,
} from '../../protocol/api.ts'
import { ERRORS, type ErrorCode, ProblemSchema } from '../../protocol/errors.ts'
import { type Clock, within } from '../clock.ts'

/** Longest time (ms) any answer may take: the broker itself waits for the provider. */
export const BROKER_TIMEOUT_MS = 15_000

/** A session and the credential to use it. */
export interface Link {
  session: string
  token: string
}

export class BrokerError extends Error {
  override readonly name = 'BrokerError'
  readonly code: ErrorCode | 'broker_unreachable'

  constructor(code: ErrorCode | 'broker_unreachable', options?: ErrorOptions) {
    super(code, options)
    this.code = code
  }
}

/** Every function rejects with a BrokerError. */
export interface Broker {
  face(agent: string): Promise<AgentFace>
  createSession(body: CreateSession): Promise<SessionCreated>
  createCall(link: Link, call: CallRequest): Promise<CallCreated>
  reportCall(link: Link, call: string, report: ReportCall): Promise<void>
  /** `leaving`: the page goes away, the request must outlive it. */
  endCall(link: Link, call: string, leaving?: boolean): Promise<void>
  /** One page; `after` is the cursor of the page before. */
  transcript(link: Link, options?: { after?: string; limit?: number }): Promise<Transcript>
  erase(link: Link): Promise<void>
  eventsUrl(session: string, after: number): string
}

interface Ask {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  link?: Link
  body?: unknown
  keepalive?: boolean
}

export function createBroker(
  ports: { fetch: (input: string, init?: RequestInit) => Promise<Response>; clock: Clock },
  origin: string,
): Broker {
  const base = new URL('/v1/', origin).href

  async function ask(path: string, { method = 'GET', link, body, keepalive }: Ask): Promise<unknown> {
    const stop = new AbortController()
    const answer = ports
      .fetch(base + path, {
        method,
        signal: stop.signal,
        ...(keepalive ? { keepalive } : {}),
        headers: {
          ...(link ? { Authorization: `Bearer ${link.token}` } : {}),
          ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      .then(async (response) => ({ ok: response.ok, status: response.status, text: await response.text() }))
      .catch((cause: unknown) => {
        throw new BrokerError('broker_unreachable', { cause })
      })
    const { ok, status, text } = await within(ports.clock, BROKER_TIMEOUT_MS, answer, () => {
      stop.abort()
      return new BrokerError('broker_unreachable', { cause: 'timeout' })
    })
    if (!ok) throw new BrokerError(problemCode(text, status))
    return text === '' ? null : parseJson(text)
  }

  async function askFor<T extends v.GenericSchema>(schema: T, path: string, request: Ask): Promise<v.InferOutput<T>> {
    const result = v.safeParse(schema, await ask(path, request))
    // What was answered stays out of the error: it may hold a token or a transcript.
    if (!result.success) throw new BrokerError('internal', { cause: 'answer does not match the schema' })
    return result.output
  }

  async function tell(path: string, request: Ask): Promise<void> {
    await ask(path, request)
  }

  return {
    face: (agent) => askFor(AgentFaceSchema, `agents/${encodeURIComponent(agent)}`, {}),
    createSession: (body) => askFor(SessionCreatedSchema, 'sessions', { method: 'POST', body }),
    createCall: (link, call) =>
      askFor(CallCreatedSchema, `sessions/${link.session}/calls`, { method: 'POST', link, body: call }),
    reportCall: (link, call, body) => tell(`sessions/${link.session}/calls/${call}`, { method: 'PUT', link, body }),
    endCall: (link, call, leaving) =>
      tell(`sessions/${link.session}/calls/${call}/end`, { method: 'POST', link, keepalive: leaving }),
    transcript: (link, options = {}) => {
      const query = new URLSearchParams()
      if (options.after !== undefined) query.set('after', options.after)
      if (options.limit !== undefined) query.set('limit', String(options.limit))
      return askFor(TranscriptSchema, `sessions/${link.session}/transcript?${query}`, { link })
    },
    erase: (link) => tell(`sessions/${link.session}`, { method: 'DELETE', link }),
    eventsUrl: (session, after) => `${base.replace(/^http/, 'ws')}sessions/${session}/events?after=${after}`,
  }
}

/** Answers without a problem document come from something in between (a proxy, a captive portal). */
function problemCode(text: string, status: number): ErrorCode | 'broker_unreachable' {
  const problem = v.safeParse(ProblemSchema, parseJson(text))
  if (!problem.success) return status >= 500 ? 'broker_unreachable' : 'internal'
  return isErrorCode(problem.output.code) ? problem.output.code : 'internal'
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERRORS, code)
}

/** null for what is not JSON: no schema accepts that. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
