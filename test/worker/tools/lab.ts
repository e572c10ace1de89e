/** Conversations with an agent of its own, whose tools are deployed like those of any other. */
import { env } from 'cloudflare:workers'
import { agents } from '../../../agents/index.ts'
import tutor from '../../../agents/tutor.ts'
import { type AgentInput, defineAgent } from '../../../protocol/agent.ts'
import { newId } from '../../../protocol/ids.ts'
import type { Item } from '../../../protocol/item.ts'
import type { ToolSpec } from '../../../protocol/tool.ts'
import { issueToken } from '../../../worker/admission/token.ts'
import { items } from '../inside.ts'
import { type Browser, browserAt } from '../relay/browser.ts'
import {
  answers,
  ask,
  BROKERED,
  connect,
  createCall,
  isReady,
  type JournalEntry,
  journal,
  ORIGIN,
  RELAYED,
} from '../support.ts'

const begun: string[] = []

/** To be called after each test: an agent may have so many live calls only. */
export async function discardAll(): Promise<void> {
  for (const id of begun.splice(0)) await env.SESSIONS.getByName(id).discard()
}

/** Makes the deployment have these tools for this agent from now on. */
export function deploy(agentId: string, tools: ToolSpec[], more: Partial<AgentInput> = {}) {
  const agent = defineAgent({ ...tutor, handshake: 'brokered', tools, ...more })
  Object.assign(agents, { [agentId]: agent })
  return agent
}

let newest = 0

/** Number of the simulator's newest journal entry. Asked for from where the last question ended: the whole is long. */
export async function newestEntry(): Promise<number> {
  newest = (await journal(newest)).at(-1)?.n ?? newest
  return newest
}

export type Way = 'voice' | 'relay' | 'text'

/** A conversation in which the assistant can be asked for something. */
export async function converse(tools: ToolSpec[], way: Way = 'voice', more: Partial<AgentInput> = {}) {
  const agentId = `lab-${newId('itm_').slice(4, 12).toLowerCase()}`
  const agent = deploy(agentId, tools, more)
  const session = newId('ses_')
  await env.SESSIONS.getByName(session).create({
    ...{ id: session, agentId, agent, origin: ORIGIN, broker: 'https://broker.example' },
  })
  begun.push(session)
  let token = await issueToken('a secret that only tests know', ORIGIN, { session, generation: 1 })
  const from = await newestEntry()
  const widget = await connect(session, token)
  let call: string | null = null
  let browser: Browser | null = null

  /** A new call, which follows whatever there was. */
  const dial = async (): Promise<string> => {
    const created = await createCall(session, token, way === 'relay' ? RELAYED : BROKERED)
    token = created.token
    if (way === 'relay') {
      const response = await ask(`/v1/sessions/${session}/relay?call=${created.call}`, {
        headers: { Upgrade: 'websocket', 'Sec-WebSocket-Protocol': `parley.relay.v1, token.${token}` },
      })
      if (!response.webSocket) throw new Error(`no relay: ${response.status}`)
      browser = browserAt(response.webSocket)
    }
    await widget.next((frame) => isReady(frame) && frame.type === 'ready' && frame.call === created.call, 'ready')
    call = created.call
    return created.call
  }
  if (way !== 'text') await dial()

  const say = (text: string) => widget.send({ type: 'text', id: newId('txt_'), text })
  /** Everything that the assistant has said or written to its end. */
  const said = () => answers(widget.frames)
  const hear = async (fits: (text: string) => boolean, what: string): Promise<string> => {
    await widget.until(() => said().some(fits), what)
    return said().find(fits) ?? ''
  }
  return {
    session,
    agentId,
    widget,
    get token() {
      return token
    },
    get call() {
      return call
    },
    /** Of the newest relayed call: says what was played. */
    browser(): Browser {
      if (!browser) throw new Error('no relay')
      return browser
    },
    stub: env.SESSIONS.getByName(session),
    dial,
    say,
    said,
    hear,
    /** What the assistant says of the tool's result. */
    told: (tool: string) => hear((text) => text.includes(`The tool ${tool} said:`), `the result of ${tool}`),
    stored: () => items(session),
    /** Since the conversation began, also of others that run meanwhile. */
    journal: () => journal(from),
  }
}

interface Event {
  type: string
  item?: { type?: string; call_id?: string; output?: string }
  response?: { id?: string; instructions?: string; tool_choice?: string; output?: { type: string; call_id?: string }[] }
}

export const eventOf = ({ event }: JournalEntry) => event as Event | undefined

/** Results that the provider was sent and has taken, by the call's id. */
export function outputs(entries: JournalEntry[]): { callId: string; output: string; n: number }[] {
  return entries.flatMap((entry) => {
    const { item, type } = eventOf(entry) ?? {}
    const isOutput = type === 'conversation.item.create' && item?.type === 'function_call_output'
    if (!isOutput || entry.direction !== 'in' || entry.refused) return []
    return [{ callId: item?.call_id ?? '', output: item?.output ?? '', n: entry.n }]
  })
}

/** Requests for an answer that came from the broker. */
export function asked(entries: JournalEntry[]): JournalEntry[] {
  return entries.filter((entry) => entry.direction === 'in' && eventOf(entry)?.type === 'response.create')
}

/** What the provider refused. */
export function refusals(entries: JournalEntry[]): string[] {
  return entries.flatMap(({ refused }) => (refused ? [String(refused)] : []))
}

export const results = (stored: Item[]) => stored.filter(({ kind }) => kind === 'tool_result')
export const calls = (stored: Item[]) => stored.filter(({ kind }) => kind === 'tool_call')

/** A promise that a test settles. */
export function gate<T = void>() {
  let open: (value: T) => void = () => {}
  const promise = new Promise<T>((resolve) => {
    open = resolve
  })
  return { promise, open }
}
