/** Items of servers that the API asks by itself (realtime-api.md 8.2, 11.2; schema: RealtimeMCP…). */
import type { McpError, McpTool } from '../mcp/client.ts'

interface Common {
  id: string
  object: 'realtime.item'
  status: 'completed' | 'incomplete' | 'in_progress'
}

export interface McpListToolsItem extends Common {
  type: 'mcp_list_tools'
  server_label: string
  tools: McpTool[]
}

export interface McpCallItem extends Common {
  type: 'mcp_call'
  server_label: string
  name: string
  arguments: string
  approval_request_id: string | null
  output: string | null
  error: McpError | null
}

export interface McpApprovalRequestItem extends Common {
  type: 'mcp_approval_request'
  server_label: string
  name: string
  arguments: string
}

export interface McpApprovalResponseItem extends Common {
  type: 'mcp_approval_response'
  approval_request_id: string
  approve: boolean
  reason: string | null
}

export type McpItem = McpListToolsItem | McpCallItem | McpApprovalRequestItem | McpApprovalResponseItem

/** What the model reads of it. */
export function writtenOf(item: McpItem): string {
  switch (item.type) {
    case 'mcp_list_tools':
      return JSON.stringify(item.tools)
    case 'mcp_call':
      return item.name + item.arguments + (item.output ?? item.error?.message ?? '')
    case 'mcp_approval_request':
      return item.name + item.arguments
    case 'mcp_approval_response':
      return item.reason ?? ''
  }
}
