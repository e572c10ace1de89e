/** Lets the index hear what the meter hears: what was used, and when a conversation in writing comes to rest. */
import type { Records } from '../records/records.ts'
import type { ConversationPorts } from './conversation-ports.ts'

export function heardBy(records: Records, meter: ConversationPorts['meter']): ConversationPorts['meter'] {
  return {
    reserve: (...ask) => meter.reserve(...ask),
    record(lease, event) {
      meter.record(lease, event)
      records.hear(lease, event)
    },
    close(lease) {
      const spent = meter.close(lease)
      records.lineClosed(lease, spent)
      return spent
    },
  }
}
