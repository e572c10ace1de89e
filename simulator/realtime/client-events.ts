/** The eleven client events (realtime-api.md 8.1): their fields, checked before anything happens. */
import { invalidType, invalidValue, missingParameter } from '../refusal.ts'
import { type Check, type Checked, integer, isObject, oneOf, shape, text } from './checks.ts'

const MAX_EVENT_ID = 512
const eventId = { event_id: text(MAX_EVENT_ID) }
/** Checked later, by what knows the session. */
const anything: Check<unknown> = (value) => value

const EVENTS = {
  'session.update': shape({ ...eventId, type: oneOf('session.update'), session: anything }, ['type', 'session']),
  'input_audio_buffer.append': shape({ ...eventId, type: oneOf('input_audio_buffer.append'), audio: text() }, [
    'type',
    'audio',
  ]),
  'input_audio_buffer.commit': shape({ ...eventId, type: oneOf('input_audio_buffer.commit') }, ['type']),
  'input_audio_buffer.clear': shape({ ...eventId, type: oneOf('input_audio_buffer.clear') }, ['type']),
  'output_audio_buffer.clear': shape({ ...eventId, type: oneOf('output_audio_buffer.clear') }, ['type']),
  'conversation.item.create': shape(
    { ...eventId, type: oneOf('conversation.item.create'), item: anything, previous_item_id: text() },
    ['type', 'item'],
  ),
  'conversation.item.retrieve': shape({ ...eventId, type: oneOf('conversation.item.retrieve'), item_id: text() }, [
    'type',
    'item_id',
  ]),
  'conversation.item.truncate': shape(
    {
      ...eventId,
      type: oneOf('conversation.item.truncate'),
      item_id: text(),
      content_index: integer(0),
      audio_end_ms: integer(0),
    },
    ['type', 'item_id', 'content_index', 'audio_end_ms'],
  ),
  'conversation.item.delete': shape({ ...eventId, type: oneOf('conversation.item.delete'), item_id: text() }, [
    'type',
    'item_id',
  ]),
  'response.create': shape({ ...eventId, type: oneOf('response.create'), response: anything }, ['type']),
  'response.cancel': shape({ ...eventId, type: oneOf('response.cancel'), response_id: text() }, ['type']),
}

export type ClientEvent = Checked<(typeof EVENTS)[keyof typeof EVENTS]>

/** Not in a session without an output buffer: there it is an unknown event (realtime-api.md 4.3). */
const ONLY_WITH_OUTPUT_BUFFER = 'output_audio_buffer.clear'

/** @throws Refusal that names the field */
export function checkClientEvent(value: unknown, hasOutputBuffer: boolean): ClientEvent {
  if (!isObject(value)) throw invalidType('', 'a JSON object', value)
  if (value.type === undefined) throw missingParameter('type')
  const known = Object.keys(EVENTS).filter((type) => hasOutputBuffer || type !== ONLY_WITH_OUTPUT_BUFFER)
  const type = known.find((candidate) => candidate === value.type)
  if (type === undefined) throw invalidValue('type', value.type, known)
  return EVENTS[type as keyof typeof EVENTS](value, '')
}
