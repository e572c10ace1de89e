/** A rating that does not get through is sent again: the visitor has long said thank you and gone on. */
import { BrokerError } from '../client/broker.ts'
import type { Clock } from '../clock.ts'

/** Pauses (ms) before the second try and the third. */
const PAUSES_MS = [1_000, 4_000]

/** Answers whether it got there. Never rejects. */
export async function sendRating(send: () => Promise<void>, clock: Clock): Promise<boolean> {
  for (const pause of [...PAUSES_MS, null]) {
    try {
      await send()
      return true
    } catch (error) {
      if (pause === null || !isPassing(error)) return false
      await new Promise<void>((goOn) => void clock.after(pause, goOn))
    }
  }
  return false
}

/** A conversation that is gone cannot be rated however often one tries. */
function isPassing(error: unknown): boolean {
  return error instanceof BrokerError && (error.code === 'broker_unreachable' || error.code === 'internal')
}
