/** What the assistant is doing, as the widget shows it. */
import type { Activity } from '../../protocol/frames.ts'
import type { CallEvent } from '../provider/provider.ts'
import type { LineKind } from './line.ts'

export function activityAfter(event: CallEvent, now: Activity, kind: LineKind): Activity {
  switch (event.type) {
    case 'speech':
      return event.on ? 'hearing' : 'thinking'
    case 'answer_began':
      return now === 'speaking' ? now : 'thinking'
    case 'playback':
      if (event.state === 'began') return 'speaking'
      // Cut off by the visitor, who is being heard now.
      return now === 'speaking' ? 'listening' : now
    case 'answer_ended':
      // A spoken answer is over when it was played, not when it was made; a failed one is never played.
      return kind === 'text' || (now === 'thinking' && event.outcome !== 'completed') ? 'listening' : now
    default:
      return now
  }
}
