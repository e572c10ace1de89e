/** The broker with one agent of its own, whose ledger nobody else uses. */
import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import tutor from '../../agents/tutor.ts'
import { type AgentInput, defineAgent } from '../../protocol/agent.ts'
import { newId } from '../../protocol/ids.ts'
import { issueToken } from '../../worker/admission/token.ts'
import { createApp } from '../../worker/http/app.ts'
import { BookStore } from '../../worker/ledger/books.ts'
import type { Books } from '../../worker/ledger/budget.ts'
import { type Ask, BROKERED, connect, isUp, ORIGIN } from './support.ts'

/** @param variables of the deployment beside the usual ones */
export function brokerWith(
  limits: AgentInput['limits'],
  more: Partial<AgentInput> = {},
  variables: Record<string, string> = {},
) {
  const id = `agent-${newId('itm_').slice(4, 12).toLowerCase()}`
  const agent = defineAgent({ ...tutor, handshake: 'brokered', limits, ...more })
  const app = createApp({ [id]: agent })
  const ask = async (path: string, { method = 'GET', token, body, headers = {} }: Ask = {}) => {
    const all = { Origin: ORIGIN, ...(token ? { Authorization: `Bearer ${token}` } : {}), ...headers }
    const sent = body === undefined ? {} : { body: JSON.stringify(body) }
    return app.request(`https://broker.example${path}`, { method, headers: all, ...sent }, { ...env, ...variables })
  }
  /** A new session, with a call unless that is null. */
  const start = (headers: Record<string, string> = {}, call: object | null = BROKERED) =>
    ask('/v1/sessions', { method: 'POST', headers, body: { agent: id, ...(call ? { call } : {}) } })
  /** What the ledger has on its rows. */
  const books = (): Promise<Books> =>
    runInDurableObject(env.LEDGERS.getByName(id), (_, state) => new BookStore(state.storage.sql).load(Date.now()))
  /** A call with its widget. */
  const live = async (headers: Record<string, string> = {}) => {
    const response = await start(headers)
    const created = (await response.json()) as { session: string; token: string; call: string; code?: string }
    if (response.status !== 201) throw new Error(`not started: ${created.code}`)
    const widget = await connect(created.session, created.token, 0, headers)
    await widget.next(isUp, 'ready')
    return { ...created, widget, stub: env.SESSIONS.getByName(created.session) }
  }
  const textSession = async (headers: Record<string, string> = {}) => {
    const session = newId('ses_')
    await env.SESSIONS.getByName(session).create({ id: session, agentId: id, agent, origin: ORIGIN })
    const token = await issueToken('a secret that only tests know', ORIGIN, { session, generation: 1 })
    return { session, token, widget: await connect(session, token, 0, headers) }
  }
  return { id, agent, ask, start, books, live, textSession }
}

export const held = ({ leases }: Books) => Object.values(leases).reduce((sum, lease) => sum + lease.held, 0)
