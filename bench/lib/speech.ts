/** A visitor who speaks, and a widget that waits until the recorder has written all of it down. */
import type { BenchSession, EventSocket } from './broker.ts'
import type { Upstream } from './programs.ts'

/** Resolves when the words of the last turn were stored; answers the number of that update. */
export async function speakAndRecord(
  upstream: Upstream,
  widget: EventSocket,
  { ref }: BenchSession,
  from: number,
  turns: number,
): Promise<number> {
  const last = `item_${ref}_${from + turns - 1}`
  await upstream.speak(ref, from, turns)
  const update = await widget.next(
    last,
    (frame) => frame.type === 'update' && frame.item.id === last && frame.item.status === 'completed',
  )
  return update.type === 'update' ? update.seq : 0
}
