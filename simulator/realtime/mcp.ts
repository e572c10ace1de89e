/**
 * The MCP servers of one session: their tools are listed when they are configured, and called when the model wants it, after
 * the client has approved where that is required (realtime-api.md 11.2).
 *
 * No answer follows a call by itself: OpenAI's own example (openai-ruby, examples/realtime/mcp_approval.rb) sends
 * `response.create` when the call is completed and its response is done.
 */
import { McpClient, McpFailure } from '../mcp/client.ts'
import { Refusal } from '../refusal.ts'
import { type Conversation, newEntry } from './conversation.ts'
import type { McpApprovalRequestItem, McpApprovalResponseItem, McpCallItem, McpListToolsItem } from './mcp-items.ts'
import type { SessionConfig } from './session-config.ts'
import type { Emit, World } from './world.ts'

type McpConfig = Extract<SessionConfig['tools'][number], { type: 'mcp' }>

interface Listed {
  /** As it was configured, to notice a change. */
  written: string
  config: McpConfig
  client: McpClient
  names: string[]
}

export interface RemoteTool {
  label: string
  name: string
  needsApproval: boolean
}

export class McpServers {
  readonly #world: World
  readonly #emit: Emit
  readonly #conversation: Conversation
  readonly #servers = new Map<string, Listed>()
  #closed = false

  constructor(options: { world: World; emit: Emit; conversation: Conversation }) {
    this.#world = options.world
    this.#emit = options.emit
    this.#conversation = options.conversation
  }

  configure(tools: SessionConfig['tools']): void {
    const wanted = tools.flatMap((tool) => (tool.type === 'mcp' ? [tool] : []))
    for (const label of this.#servers.keys()) {
      if (!wanted.some(({ server_label }) => server_label === label)) this.#servers.delete(label)
    }
    for (const config of wanted) {
      const written = JSON.stringify(config)
      if (this.#servers.get(config.server_label)?.written === written) continue
      const { server_url: url, authorization, headers } = config
      const server = { url, ...(authorization ? { authorization } : {}), ...(headers ? { headers } : {}) }
      const listed = { written, config, client: new McpClient(server), names: [] }
      this.#servers.set(config.server_label, listed)
      void this.#list(listed)
    }
  }

  get tools(): RemoteTool[] {
    return [...this.#servers.values()].flatMap(({ config, names }) =>
      names.map((name) => ({ label: config.server_label, name, needsApproval: needsApproval(config, name) })),
    )
  }

  /** A call that the model has written is run, when its response is done. */
  run(item: McpCallItem, outputIndex: number): void {
    void this.#call(item, outputIndex)
  }

  /** @throws Refusal when nothing of the kind was asked */
  checkResponse({ approval_request_id: id }: McpApprovalResponseItem): void {
    if (this.#requestOf(id)) return
    throw new Refusal('invalid_value', `Approval request with id '${id}' not found.`, 'item.approval_request_id')
  }

  /** The client has answered. */
  answered({ approval_request_id, approve }: McpApprovalResponseItem): void {
    const request = this.#requestOf(approval_request_id)
    if (!request || !approve) return
    const item: McpCallItem = {
      ...{ id: this.#world.newId('item_'), object: 'realtime.item', type: 'mcp_call', status: 'in_progress' },
      ...{ server_label: request.server_label, name: request.name, arguments: request.arguments },
      ...{ approval_request_id, output: null, error: null },
    }
    this.#conversation.add(newEntry(item))
    this.#tell('conversation.item.added', item)
    this.run(item, 0)
  }

  close(): void {
    this.#closed = true
  }

  async #list(listed: Listed): Promise<void> {
    const { config, client } = listed
    const item: McpListToolsItem = {
      ...{ id: this.#world.newId('item_'), object: 'realtime.item', type: 'mcp_list_tools', status: 'in_progress' },
      ...{ server_label: config.server_label, tools: [] },
    }
    this.#conversation.add(newEntry(item))
    this.#tell('conversation.item.added', item)
    this.#emit({ type: 'mcp_list_tools.in_progress', item_id: item.id })
    try {
      const tools = await client.tools()
      const allowed = tools.filter(({ name }) => config.allowed_tools?.includes(name) ?? true)
      listed.names = allowed.map(({ name }) => name)
      Object.assign(item, { tools: allowed, status: 'completed' })
      if (this.#closed) return
      this.#tell('conversation.item.done', item)
      this.#emit({ type: 'mcp_list_tools.completed', item_id: item.id })
    } catch (error) {
      if (!(error instanceof McpFailure)) throw error
      item.status = 'incomplete'
      if (this.#closed) return
      this.#tell('conversation.item.done', item)
      this.#emit({ type: 'mcp_list_tools.failed', item_id: item.id })
    }
  }

  async #call(item: McpCallItem, output_index: number): Promise<void> {
    const where = { output_index, item_id: item.id }
    this.#emit({ type: 'response.mcp_call.in_progress', ...where })
    try {
      const client = this.#servers.get(item.server_label)?.client
      if (!client) throw new McpFailure({ type: 'protocol_error', code: -32_601, message: 'The server is gone.' })
      item.output = await client.call(item.name, JSON.parse(item.arguments))
      item.status = 'completed'
    } catch (error) {
      if (!(error instanceof McpFailure)) throw error
      item.error = error.error
      item.status = 'incomplete'
    }
    if (this.#closed) return
    this.#emit({ type: `response.mcp_call.${item.error ? 'failed' : 'completed'}`, ...where })
    this.#tell('conversation.item.done', item)
  }

  #requestOf(id: string): McpApprovalRequestItem | null {
    const item = this.#conversation.find(id)?.item
    return item?.type === 'mcp_approval_request' ? item : null
  }

  #tell(type: string, item: McpListToolsItem | McpCallItem): void {
    this.#emit({ type, previous_item_id: this.#conversation.previousId(item.id), item: { ...item } })
  }
}

function needsApproval({ require_approval: rule }: McpConfig, name: string): boolean {
  if (rule === undefined || rule === null || rule === 'always') return true
  return rule === 'never' ? false : !rule.never?.tool_names?.includes(name)
}
