/**
 * Asks one MCP server: streamable HTTP of the Model Context Protocol, 2025-06-18. Servers on this machine only: nobody wants a
 * simulator that fetches what a page tells it to.
 */

const PROTOCOL = '2025-06-18'
const TIMEOUT_MS = 10_000

export interface McpServer {
  url: string
  /** Sent as a Bearer token. */
  authorization?: string
  headers?: Record<string, string>
}

export interface McpTool {
  name: string
  description?: string
  input_schema: Record<string, unknown>
  annotations?: Record<string, unknown> | null
}

/** As the API tells it (schema: RealtimeMCP…Error). */
export type McpError =
  | { type: 'http_error'; code: number; message: string }
  | { type: 'protocol_error'; code: number; message: string }
  | { type: 'tool_execution_error'; message: string }

export class McpFailure extends Error {
  readonly error: McpError

  constructor(error: McpError) {
    super(error.message)
    this.error = error
  }
}

export class McpClient {
  readonly #server: McpServer
  #session: string | null = null
  #begun: Promise<unknown> | null = null
  #count = 0

  constructor(server: McpServer) {
    this.#server = server
  }

  /** @throws McpFailure */
  async tools(): Promise<McpTool[]> {
    await this.#begin()
    const { tools } = (await this.#ask('tools/list', {})) as { tools?: Record<string, unknown>[] }
    return (tools ?? []).map(({ name, description, inputSchema, annotations }) => ({
      name: String(name),
      ...(typeof description === 'string' ? { description } : {}),
      input_schema: (inputSchema ?? {}) as Record<string, unknown>,
      ...(annotations ? { annotations: annotations as Record<string, unknown> } : {}),
    }))
  }

  /** What a tool answers, as text. @throws McpFailure */
  async call(name: string, args: unknown): Promise<string> {
    await this.#begin()
    const { content, isError } = (await this.#ask('tools/call', { name, arguments: args })) as {
      content?: { type: string; text?: string }[]
      isError?: boolean
    }
    const text = (content ?? []).flatMap((part) => (part.type === 'text' ? [part.text ?? ''] : [])).join('\n')
    if (isError) throw new McpFailure({ type: 'tool_execution_error', message: text })
    return text
  }

  async #begin(): Promise<void> {
    this.#begun ??= (async () => {
      const clientInfo = { name: 'realtime-simulator', version: '1' }
      await this.#ask('initialize', { protocolVersion: PROTOCOL, capabilities: {}, clientInfo })
      await this.#post({ jsonrpc: '2.0', method: 'notifications/initialized' })
    })()
    await this.#begun
  }

  async #ask(method: string, params: unknown): Promise<unknown> {
    const id = ++this.#count
    const response = await this.#post({ jsonrpc: '2.0', id, method, params })
    const { result, error } = read(await response.text(), response.headers.get('content-type') ?? '')
    if (error) throw new McpFailure({ type: 'protocol_error', code: error.code, message: error.message })
    return result ?? {}
  }

  async #post(message: object): Promise<Response> {
    const { url, authorization, headers } = this.#server
    if (!['localhost', '127.0.0.1'].includes(new URL(url).hostname)) throw unreachable('it is not on this machine')
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        ...headers,
        'Content-Type': 'application/json',
        Accept: 'application/json, text/event-stream',
        'MCP-Protocol-Version': PROTOCOL,
        ...(this.#session ? { 'Mcp-Session-Id': this.#session } : {}),
        ...(authorization ? { Authorization: `Bearer ${authorization}` } : {}),
      },
      body: JSON.stringify(message),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch((error: unknown) => {
      throw unreachable(error instanceof Error ? error.name : 'unknown')
    })
    if (!response.ok) {
      throw new McpFailure({
        type: 'http_error',
        code: response.status,
        message: `The server said ${response.status}.`,
      })
    }
    this.#session ??= response.headers.get('mcp-session-id')
    return response
  }
}

function unreachable(why: string): McpFailure {
  return new McpFailure({ type: 'http_error', code: 502, message: `The server could not be reached: ${why}.` })
}

interface Reply {
  result?: unknown
  error?: { code: number; message: string }
}

/** One answer: JSON, or the first message of a stream. */
function read(body: string, type: string): Reply {
  const json = type.includes('text/event-stream') ? (/^data: (.*)$/m.exec(body)?.[1] ?? '{}') : body
  try {
    return JSON.parse(json) as Reply
  } catch {
    throw new McpFailure({ type: 'protocol_error', code: -32_700, message: 'The server did not answer in JSON.' })
  }
}
