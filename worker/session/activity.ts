/** What the assistant is doing, as the widget shows it. */
import type { Activity } from '../../protocol/frames.ts'
import type { CallEvent } from '../provider/provider.ts'
import type { LineKind } from './line.ts'

/** @param callsTool the answer that ends has called one: another answer comes of it */
export function activityAfter(event: CallEvent, now: Activity, kind: LineKind, callsTool = false): Activity {
  switch (event.type) {
    case 'speech':
      return event.on ? 'hearing' : 'thinking'
    case 'answer_began':
      return now === 'speaking' ? now : 'thinking'
    case 'playback':
      if (event.state === 'began') return 'speaking'
      // Cut off by the visitor, who is being heard now.
      return now === 'speaking' ? 'listening' : now
    case 'answer_ended': {
      // A spoken answer is over when it was played, not when it was made; a failed one, or one without a sound, is never played.
      const isMute = event.usage?.complete === true && !event.audioMs && !callsTool
      const isOver = event.outcome !== 'completed' || isMute
      return kind === 'text' || (now === 'thinking' && isOver) ? 'listening' : now
    }
    default:
      return now
  }
}
