/** Items of a conversation (realtime-api.md 8.2): their shapes, and the checks for those a client creates. */
import { betaShape, invalidType, Refusal } from '../refusal.ts'
import { bool, byType, isObject, list, nullable, oneOf, shape, text } from './checks.ts'
import type { McpItem } from './mcp-items.ts'

export type Status = 'completed' | 'incomplete' | 'in_progress'

export type Part =
  | { type: 'input_text'; text: string }
  | { type: 'input_audio'; transcript: string | null; audio?: string }
  | { type: 'input_image'; image_url: string; detail: 'auto' | 'low' | 'high' }
  | { type: 'output_text'; text: string }
  | { type: 'output_audio'; transcript: string | null }

interface Common {
  id: string
  object: 'realtime.item'
  status: Status
}
export interface MessageItem extends Common {
  type: 'message'
  role: 'system' | 'user' | 'assistant'
  content: Part[]
}
export interface FunctionCallItem extends Common {
  type: 'function_call'
  name: string
  call_id: string
  arguments: string
}
export interface FunctionCallOutputItem extends Common {
  type: 'function_call_output'
  call_id: string
  output: string
}
export type Item = MessageItem | FunctionCallItem | FunctionCallOutputItem | McpItem

/** Longest id an item or a function call may have (realtime-api.md 1.4). */
const MAX_ID = 32
/** Longest text part that was seen to be accepted (realtime-api.md 1.4). */
const MAX_TEXT = 256_000

const common = {
  id: text(MAX_ID),
  object: oneOf('realtime.item'),
  status: oneOf('completed', 'incomplete', 'in_progress'),
}

const inputText = shape({ type: oneOf('input_text'), text: text(MAX_TEXT) }, ['type', 'text'])
const inputAudio = shape({ type: oneOf('input_audio'), audio: pcmBase64, transcript: nullable(text(MAX_TEXT)) }, [
  'type',
  'audio',
])
const inputImage = shape(
  { type: oneOf('input_image'), image_url: imageDataUri, detail: oneOf('auto', 'low', 'high') },
  ['type', 'image_url'],
)
const outputText = shape({ type: oneOf('output_text'), text: text(MAX_TEXT) }, ['type', 'text'])

const messageHead = { ...common, type: oneOf('message') }
const messages = {
  system: shape({ ...messageHead, role: oneOf('system'), content: list(byType({ input_text: inputText })) }, [
    'role',
    'content',
  ]),
  user: shape(
    {
      ...messageHead,
      role: oneOf('user'),
      content: list(byType({ input_text: inputText, input_audio: inputAudio, input_image: inputImage })),
    },
    ['role', 'content'],
  ),
  // Assistant audio cannot be seeded, only text (realtime-api.md 0.7).
  assistant: shape({ ...messageHead, role: oneOf('assistant'), content: list(assistantPart) }, ['role', 'content']),
}

const role = oneOf('system', 'user', 'assistant')

const functionCall = shape(
  { ...common, type: oneOf('function_call'), name: text(64), call_id: text(MAX_ID), arguments: text() },
  ['type', 'name', 'arguments'],
)
const functionCallOutput = shape(
  { ...common, type: oneOf('function_call_output'), call_id: text(MAX_ID), output: text() },
  ['type', 'call_id', 'output'],
)

/** The one item of servers that a client may create (realtime-api.md 8.2). */
const approvalResponse = shape(
  {
    ...common,
    ...{ type: oneOf('mcp_approval_response'), approval_request_id: text(), approve: bool, reason: nullable(text()) },
  },
  ['type', 'approval_request_id', 'approve'],
)

/** Checks an item that a client wants to create; ids are filled in by `newItemId` and `newCallId` where it gave none. */
export function checkItem(value: unknown, path: string, newItemId: () => string, newCallId: () => string): Item {
  const item = anyItem(value, path)
  const head = { id: item.id ?? newItemId(), object: 'realtime.item' as const, status: item.status ?? 'completed' }
  switch (item.type) {
    case 'function_call':
      return {
        ...head,
        type: item.type,
        name: item.name,
        call_id: item.call_id ?? newCallId(),
        arguments: item.arguments,
      }
    case 'function_call_output':
      return { ...head, type: item.type, call_id: item.call_id, output: item.output }
    case 'mcp_approval_response': {
      const { type, approval_request_id, approve, reason = null } = item
      return { ...head, type, approval_request_id, approve, reason }
    }
    default:
      return { ...head, type: 'message', role: item.role, content: item.content.map(completePart) }
  }
}

/** An item as events show it: without the bytes of its audio and images (realtime-api.md 8.3). */
export function shownItem(item: Item): Record<string, unknown> {
  if (item.type !== 'message') return { ...item }
  return { ...item, content: item.content.map(withoutBytes) }
}

const anyItem = byType({
  message: anyMessage,
  function_call: functionCall,
  function_call_output: functionCallOutput,
  mcp_approval_response: approvalResponse,
})

function anyMessage(value: unknown, path: string) {
  const who = role(isObject(value) ? value.role : undefined, `${path}.role`)
  return messages[who](value, path)
}

function assistantPart(value: unknown, path: string) {
  if (isObject(value) && (value.type === 'text' || value.type === 'audio')) throw betaShape(`${path}.type`)
  return byType({ output_text: outputText })(value, path)
}

type CheckedPart = ReturnType<typeof inputText | typeof inputAudio | typeof inputImage | typeof outputText>

function completePart(part: CheckedPart): Part {
  if (part.type === 'input_audio') return { ...part, transcript: part.transcript ?? null }
  if (part.type === 'input_image') return { ...part, detail: part.detail ?? 'auto' }
  return part
}

function withoutBytes(part: Part): Record<string, unknown> {
  if (part.type === 'input_audio') return { type: part.type, transcript: part.transcript }
  if (part.type === 'input_image') return { type: part.type, detail: part.detail }
  return { ...part }
}

function pcmBase64(value: unknown, path: string): string {
  const encoded = text()(value, path)
  decodePcm(encoded, path)
  return encoded
}

/** 16-bit little-endian PCM from base64 (realtime-api.md 5.2). */
export function decodePcm(encoded: string, path: string): Int16Array {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(encoded)) {
    throw new Refusal('invalid_value', `Invalid '${path}'. Expected base64-encoded audio bytes.`, path)
  }
  const bytes = Buffer.from(encoded, 'base64')
  const frames = new Int16Array(bytes.length >> 1)
  for (let i = 0; i < frames.length; i++) frames[i] = bytes.readInt16LE(i * 2)
  return frames
}

export function encodePcm(pcm: Int16Array): string {
  const bytes = Buffer.alloc(pcm.length * 2)
  for (let i = 0; i < pcm.length; i++) bytes.writeInt16LE(pcm[i] ?? 0, i * 2)
  return bytes.toString('base64')
}

/** Only data URIs of PNG or JPEG; nothing is fetched (realtime-api.md 11.3). */
function imageDataUri(value: unknown, path: string): string {
  if (typeof value !== 'string') throw invalidType(path, 'a string', value)
  if (!/^data:image\/(png|jpeg);base64,/.test(value)) {
    throw new Refusal('invalid_value', `Invalid '${path}'. Expected a data URI with a PNG or JPEG image.`, path)
  }
  return value
}
