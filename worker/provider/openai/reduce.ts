/** Wire events of the Realtime API → our call events. Stateless: what one event means never depends on an earlier one. */
import * as v from 'valibot'
import type { CallEvent, PlacedItem } from '../provider.ts'
import { fingerprint } from './fingerprint.ts'
import { itemId } from './item-id.ts'
import { reduceMcp } from './mcp.ts'
import { readTranscriptionUsage, readUsage } from './usage.ts'
import { ServerEvent, type WireItem } from './wire.ts'

/** Assistant audio is billed at one token for 50 ms (realtime-api.md 1.3): the one measure of its length that we get. */
const MS_PER_OUTPUT_AUDIO_TOKEN = 50

/** Audio would only be heard, never recorded: dropped before it is parsed (a sideband may carry it, realtime-api.md 6). */
const DROPPED = /^\s*\{[^{}]*"type"\s*:\s*"response\.output_audio\.delta"/

export function peek(raw: string): 'drop' | 'parse' {
  return DROPPED.test(raw.slice(0, 400)) ? 'drop' : 'parse'
}

export function reduce(raw: string): CallEvent[] {
  const event = read(raw)
  if (!event) return []
  switch (event.type) {
    case 'session.updated':
      return [configured(event)]
    case 'input_audio_buffer.speech_started':
      return [{ type: 'speech', on: true, id: place(event.item_id) ?? undefined }]
    case 'input_audio_buffer.speech_stopped':
      return [{ type: 'speech', on: false, id: place(event.item_id) ?? undefined }]
    case 'input_audio_buffer.dtmf_event_received':
      return /^[0-9*#A-D]$/.test(event.event) ? [{ type: 'key', key: event.event }] : []
    case 'input_audio_buffer.timeout_triggered':
      return [{ type: 'silence', id: place(event.item_id) ?? undefined }]
    case 'response.output_item.added':
      return [{ type: 'answer_part', response: event.response_id, id: itemId(event.item.id) }]
    case 'response.output_audio.delta': {
      const pcm = fromBase64(event.delta)
      return pcm ? [{ type: 'sound', response: event.response_id, id: itemId(event.item_id), pcm }] : []
    }
    case 'input_audio_buffer.committed': {
      const item: PlacedItem = {
        id: itemId(event.item_id),
        role: 'user',
        kind: 'message',
        via: 'voice',
        text: undefined,
      }
      return [{ type: 'placed', item, after: place(event.previous_item_id), heard: true }]
    }
    case 'conversation.item.added': {
      const remote = reduceMcp(event.item, place(event.previous_item_id), true)
      if (remote) return remote
      const item = readItem(event.item)
      return item ? [{ type: 'placed', item, after: place(event.previous_item_id) }] : []
    }
    case 'conversation.item.done':
    case 'conversation.item.retrieved': {
      const after = event.type === 'conversation.item.done' ? place(event.previous_item_id) : undefined
      const remote = reduceMcp(event.item, after, false)
      if (remote) return remote
      const item = readItem(event.item)
      // Retrieved too early: its own `done` is still to come.
      if (event.type === 'conversation.item.retrieved' && event.item.status === 'in_progress') return []
      return item ? [{ type: 'finished', item, cut: event.item.status === 'incomplete' }] : []
    }
    case 'mcp_list_tools.failed':
      return [{ type: 'unlisted', id: itemId(event.item_id) }]
    case 'conversation.item.truncated':
      return [{ type: 'truncated', id: itemId(event.item_id), ms: event.audio_end_ms }]
    case 'conversation.item.input_audio_transcription.delta':
    case 'response.output_audio_transcript.delta':
    case 'response.output_text.delta':
      return event.delta ? [{ type: 'fragment', id: itemId(event.item_id), text: event.delta }] : []
    case 'conversation.item.input_audio_transcription.completed':
      return [
        {
          type: 'transcribed',
          id: itemId(event.item_id),
          text: event.transcript.trim(),
          usage: readTranscriptionUsage(event.usage),
        },
      ]
    case 'conversation.item.input_audio_transcription.failed':
      return [{ type: 'transcribed', id: itemId(event.item_id), text: null }]
    case 'output_audio_buffer.started':
      return [{ type: 'playback', state: 'began', response: event.response_id }]
    case 'output_audio_buffer.stopped':
      return [{ type: 'playback', state: 'drained', response: event.response_id }]
    case 'output_audio_buffer.cleared':
      return [{ type: 'playback', state: 'cleared', response: event.response_id ?? '' }]
    case 'response.created': {
      const nonce = event.response.metadata?.parley
      return [
        { type: 'answer_began', response: event.response.id, nonce: typeof nonce === 'string' ? nonce : undefined },
      ]
    }
    case 'response.done':
      return [...completeCalls(event.response), answerEnded(event.response)]
    case 'error':
      if (event.error.code === 'session_expired') return [{ type: 'expired' }]
      return [
        {
          type: 'refused',
          code: event.error.code ?? event.error.type ?? 'unknown',
          ref: event.error.event_id ?? undefined,
        },
      ]
  }
}

function configured({ session, event_id }: Extract<ServerEvent, { type: 'session.updated' }>): CallEvent {
  const config = session ?? {}
  const seconds = config.expires_at // section 1.4: 0 where it is not known
  const end = typeof seconds === 'number' && seconds > 0 ? { endsAt: seconds * 1000 } : {}
  return { type: 'configured', ...fingerprint(config), event: event_id ?? undefined, ...end }
}

function read(raw: string): ServerEvent | null {
  let json: unknown
  try {
    json = JSON.parse(raw)
  } catch {
    return null // not an event; the provider sends nothing but JSON, so there is nothing to lose
  }
  const result = v.safeParse(ServerEvent, json)
  return result.success ? result.output : null
}

/** Whole samples; null for what is none. */
function fromBase64(text: string): Uint8Array | null {
  try {
    const bytes = Uint8Array.fromBase64(text)
    return bytes.length < 2 ? null : bytes.subarray(0, bytes.length - (bytes.length % 2))
  } catch {
    return null // not base64: there is nothing to play in it
  }
}

/** `previous_item_id`: null means the front, absent means that we are not told. */
function place(previous: string | null | undefined): string | null | undefined {
  return previous ? itemId(previous) : previous
}

function readItem(wire: WireItem): PlacedItem | null {
  const id = itemId(wire.id)
  const parts = wire.content ?? []
  const told = parts.map((part) => part.text ?? part.transcript).filter((part) => typeof part === 'string')
  const text = told.length > 0 ? told.join('') : undefined
  const via = parts.some((part) => part.type.endsWith('audio')) ? 'voice' : 'text'
  const images = parts.filter(({ type }) => type === 'input_image').length
  switch (wire.type) {
    case 'message':
      // System messages are never ours: what a page put in is the visitor's side, whatever it calls itself.
      return {
        ...{ id, role: wire.role === 'assistant' ? 'assistant' : 'user', kind: 'message', via, text },
        ...(images > 0 ? { images } : {}),
      }
    case 'function_call':
      return {
        id,
        role: 'tool',
        kind: 'tool_call',
        via: 'text',
        text: wire.arguments ?? undefined,
        tool: { name: wire.name ?? '', callId: wire.call_id ?? '' },
      }
    case 'function_call_output':
      return {
        id,
        role: 'tool',
        kind: 'tool_result',
        via: 'text',
        text: wire.output ?? undefined,
        tool: { name: '', callId: wire.call_id ?? '' },
      }
    default:
      return null
  }
}

type WireResponse = Extract<ServerEvent, { type: 'response.done' }>['response']

function answerEnded(response: WireResponse): CallEvent {
  const audioTokens = response.usage?.output_token_details?.audio_tokens
  return {
    type: 'answer_ended',
    response: response.id,
    outcome: outcome(response.status),
    cause: response.status_details?.error?.code ?? response.status_details?.error?.type ?? undefined,
    // The conversation goes on (realtime-api.md 8.3, 8.5).
    ...(response.status_details?.reason === 'content_filter' ? { filtered: true } : {}),
    items: response.conversation_id === null ? [] : outputIds(response),
    audioMs: typeof audioTokens === 'number' ? audioTokens * MS_PER_OUTPUT_AUDIO_TOKEN : undefined,
    usage: response.usage ? readUsage(response.usage) : null,
  }
}

/** Told by their own `done` before, but nothing would come of a call whose `done` was lost. */
function completeCalls({ conversation_id, output }: WireResponse): CallEvent[] {
  if (conversation_id === null) return []
  return (output ?? []).flatMap(({ id, type, status, ...rest }): CallEvent[] => {
    if (!id || type !== 'function_call' || status !== 'completed') return []
    const item = readItem({ id, type, status, ...rest })
    return item ? [{ type: 'finished', item, cut: false }] : []
  })
}

/** Not asked for where the answer is out-of-band: such items are not part of the conversation (realtime-api.md 8.1, 8.3). */
function outputIds({ output }: WireResponse): string[] {
  return (output ?? []).flatMap((item) => (item.id ? [itemId(item.id)] : []))
}

function outcome(status: string | null | undefined): 'completed' | 'cancelled' | 'failed' | 'incomplete' {
  return status === 'cancelled' || status === 'failed' || status === 'incomplete' ? status : 'completed'
}
