/**
 * The server events that we read, with only the fields that we use (realtime-api.md 8.3). Everything else the provider
 * sends is ignored: new events and new fields must not break a call.
 */
import * as v from 'valibot'
import { WireTranscriptionUsage, WireUsage } from './usage.ts'

const text = v.string()
const maybe = <T extends v.GenericSchema>(schema: T) => v.optional(v.nullable(schema))

const ContentPart = v.object({ type: text, text: maybe(text), transcript: maybe(text) })

export const WireItem = v.object({
  id: text,
  type: text,
  role: maybe(text),
  status: maybe(text),
  content: maybe(v.array(ContentPart)),
  name: maybe(text),
  call_id: maybe(text),
  arguments: maybe(text),
  output: maybe(text),
  server_label: maybe(text),
  approval_request_id: maybe(text),
  approve: maybe(v.boolean()),
  error: maybe(v.object({ message: maybe(text) })),
})
export type WireItem = v.InferOutput<typeof WireItem>

const ItemEvent = { item: WireItem, previous_item_id: maybe(text) }
const ItemRef = { item_id: text }

export const ServerEvent = v.variant('type', [
  v.object({
    type: v.literal('session.updated'),
    event_id: maybe(text),
    session: maybe(v.record(text, v.unknown())),
  }),
  v.object({ type: v.literal('conversation.item.added'), ...ItemEvent }),
  v.object({ type: v.literal('conversation.item.done'), ...ItemEvent }),
  v.object({ type: v.literal('conversation.item.retrieved'), item: WireItem }),
  v.object({ type: v.literal('mcp_list_tools.failed'), ...ItemRef }),
  v.object({ type: v.literal('conversation.item.truncated'), ...ItemRef, audio_end_ms: v.number() }),
  v.object({ type: v.literal('conversation.item.input_audio_transcription.delta'), ...ItemRef, delta: maybe(text) }),
  v.object({
    type: v.literal('conversation.item.input_audio_transcription.completed'),
    ...ItemRef,
    transcript: text,
    usage: maybe(WireTranscriptionUsage),
  }),
  v.object({ type: v.literal('conversation.item.input_audio_transcription.failed'), ...ItemRef }),
  v.object({ type: v.literal('input_audio_buffer.speech_started'), item_id: maybe(text) }),
  v.object({ type: v.literal('input_audio_buffer.speech_stopped'), item_id: maybe(text) }),
  v.object({ type: v.literal('input_audio_buffer.timeout_triggered'), item_id: maybe(text) }),
  v.object({ type: v.literal('input_audio_buffer.dtmf_event_received'), event: text }),
  v.object({ type: v.literal('input_audio_buffer.committed'), ...ItemRef, previous_item_id: maybe(text) }),
  v.object({ type: v.literal('response.output_item.added'), response_id: text, item: v.object({ id: text }) }),
  v.object({ type: v.literal('response.output_audio.delta'), ...ItemRef, response_id: text, delta: text }),
  v.object({ type: v.literal('response.output_audio_transcript.delta'), ...ItemRef, delta: text }),
  v.object({ type: v.literal('response.output_text.delta'), ...ItemRef, delta: text }),
  v.object({ type: v.literal('output_audio_buffer.started'), response_id: text }),
  v.object({ type: v.literal('output_audio_buffer.stopped'), response_id: text }),
  v.object({ type: v.literal('output_audio_buffer.cleared'), response_id: maybe(text) }),
  v.object({
    type: v.literal('response.created'),
    response: v.object({ id: text, conversation_id: maybe(text), metadata: maybe(v.record(text, v.unknown())) }),
  }),
  v.object({
    type: v.literal('response.done'),
    response: v.object({
      id: text,
      conversation_id: maybe(text),
      status: maybe(text),
      status_details: maybe(
        v.object({ reason: maybe(text), error: maybe(v.object({ type: maybe(text), code: maybe(text) })) }),
      ),
      output: maybe(v.array(v.partial(WireItem))),
      usage: maybe(WireUsage),
    }),
  }),
  v.object({
    type: v.literal('error'),
    error: v.object({ type: maybe(text), code: maybe(text), event_id: maybe(text) }),
  }),
])
export type ServerEvent = v.InferOutput<typeof ServerEvent>
