/** Lets the index hear what the meter hears, what was used and when a conversation in writing comes to rest; and the owner of answers that were cut. */
import type { Records } from '../records/records.ts'
import type { ConversationPorts } from './conversation-ports.ts'
import type { Tidings } from './tidings.ts'

interface Ears {
  records: Records
  tidings: Pick<Tidings, 'answerFiltered'>
}

export function heardBy({ records, tidings }: Ears, meter: ConversationPorts['meter']): ConversationPorts['meter'] {
  return {
    reserve: (...ask) => meter.reserve(...ask),
    record(lease, event) {
      meter.record(lease, event)
      records.hear(lease, event)
      if (event.type === 'answer_ended' && event.filtered) tidings.answerFiltered(lease, event)
    },
    close(lease) {
      const spent = meter.close(lease)
      records.lineClosed(lease, spent)
      return spent
    },
  }
}
