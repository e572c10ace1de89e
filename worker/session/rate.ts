/** The visitor says how the conversation was: kept with the session, told to its owner. */
import type { Score } from '../../protocol/rating.ts'
import type { Door } from './door.ts'
import type { Clock } from './ports.ts'
import { ok, type Result } from './result.ts'
import type { Store } from './store.ts'
import type { Tidings } from './tidings.ts'

export interface RatePorts {
  door: Door
  store: Store
  tidings: Pick<Tidings, 'rated'>
  clock: Clock
}

/** The newest score counts. The same again, as when an answer was lost, is not told twice. */
export function rate({ door, store, tidings, clock }: RatePorts, generation: number, score: Score): Result<null> {
  const session = door.admit(generation)
  if (!session.ok) return session
  if (session.value.rating?.score === score) return ok(null)
  store.saveSession({ ...session.value, rating: { score, at: clock.now() } })
  tidings.rated(score)
  return ok(null)
}
