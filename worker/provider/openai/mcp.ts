/**
 * Servers that the provider asks by itself, as items of a transcript (realtime-api.md 8.2, 11.2). A call of theirs is one item
 * that holds question and answer; the transcript has two. The answer bears the provider's id, since what comes next names it
 * as its predecessor; the question bears the id of the request for approval, or one made of the call's.
 */
import { MAX_TEXT } from '../../../protocol/frames.ts'
import { type McpServer, secretsOf } from '../../../protocol/mcp.ts'
import type { CallEvent, PlacedItem } from '../provider.ts'
import { itemId } from './item-id.ts'
import type { WireItem } from './wire.ts'

type Json = Record<string, unknown>

/** A secret of the deployment by its name. */
export type Secrets = (name: string) => string | undefined

/** Printable ASCII: what can stand in a header everywhere. */
const HEADER_VALUE = /^[\x21-\x7e]([\x20-\x7e]{0,4094}[\x21-\x7e])?$/

/** As it stands among the tools of a session. Null where one of its secrets may not be told, is not there, or fits into no header. */
export function mcpTool(server: McpServer, secrets: Secrets = () => undefined): Json | null {
  const isTold = (name: string) => HEADER_VALUE.test(secrets(name) ?? '')
  if (!secretsOf(server).every(isTold)) return null
  const { secretName } = server
  const headers = Object.entries(server.headers ?? {}).map(([header, name]) => [header, secrets(name)])
  const { label, url, description, tools, approval } = server
  return {
    ...{ type: 'mcp', server_label: label, server_url: url },
    ...(description === undefined ? {} : { server_description: description }),
    ...(tools ? { allowed_tools: tools } : {}),
    require_approval: typeof approval === 'string' ? approval : { never: { tool_names: approval.never } },
    ...(secretName === undefined ? {} : { authorization: secrets(secretName) }),
    ...(headers.length === 0 ? {} : { headers: Object.fromEntries(headers) }),
  }
}

/** Null for items of another kind. @param placed told of, and not complete yet */
export function reduceMcp(item: WireItem, after: string | null | undefined, placed: boolean): CallEvent[] | null {
  switch (item.type) {
    case 'mcp_list_tools':
      return [{ type: 'passed', id: itemId(item.id), after }]
    case 'mcp_approval_response': {
      const told = { request: item.approval_request_id ?? '', yes: item.approve === true }
      return [{ type: 'passed', id: itemId(item.id), after, ...(placed ? { approval: told } : {}) }]
    }
    case 'mcp_approval_request': {
      const question = { ...questionOf(item, itemId(item.id), item.id), approval: true as const }
      return placed
        ? [{ type: 'placed', item: question, after }]
        : [{ type: 'finished', item: question, cut: item.status === 'incomplete' }]
    }
    case 'mcp_call':
      return reduceCall(item, after, placed)
    default:
      return null
  }
}

function reduceCall(item: WireItem, after: string | null | undefined, placed: boolean): CallEvent[] {
  const id = itemId(item.id)
  const callId = item.approval_request_id ?? item.id
  const question = item.approval_request_id ? null : questionOf(item, itemId(`call ${item.id}`), callId)
  const answer: PlacedItem = { ...questionOf(item, id, callId), kind: 'tool_result', text: outcomeOf(item) }
  const asked: CallEvent[] = question ? [{ type: 'placed', item: question, after }] : []
  const events: CallEvent[] = [
    ...asked,
    { type: 'placed', item: { ...answer, text: undefined }, after: question ? question.id : after },
  ]
  if (placed) return events
  if (question && question.text !== '') events.push({ type: 'finished', item: question, cut: false })
  if (answer.text !== undefined) events.push({ type: 'finished', item: answer, cut: false })
  return events
}

function questionOf({ server_label, name, arguments: written }: WireItem, id: string, callId: string): PlacedItem {
  const tool = { name: name ?? '', callId, server: server_label ?? '' }
  return { id, role: 'tool', kind: 'tool_call', via: 'text', text: written ?? '', tool }
}

/** In the form of our own tools (worker/tools/result.ts); undefined as long as nothing came. */
function outcomeOf({ output, error }: WireItem): string | undefined {
  if (error) return JSON.stringify({ status: 'error', message: bounded(error.message ?? 'It failed.') })
  return output === null || output === undefined
    ? undefined
    : JSON.stringify({ status: 'success', result: bounded(output) })
}

/** What the provider read was longer: this is what we keep, and tell a later call. */
function bounded(text: string): string {
  const most = MAX_TEXT / 2
  return text.length > most ? `${text.slice(0, most)} …` : text
}
