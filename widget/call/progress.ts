/** Notices that nothing arrives any more, seconds before the browser says so (simulator-notes.md 6). */

/** What arrived so far, from `RTCPeerConnection.getStats()`. */
export interface Arrived {
  packets: number
  /** Answers to connectivity checks; null where the browser does not count them. */
  responses: number | null
}

/** Without any progress for this long (ms) it is dead; with a poll per second that is noticed within 5 s. Checks come every 2.5 s. */
const SILENT_LIMIT_MS = 3_500
export const POLL_EVERY_MS = 1_000

/**
 * Answers whether the connection is dead, given what has arrived by `now`. Both counters must stand still: a provider may send
 * no packets while nobody speaks. Where answers are not counted, nothing can be said, and the browser's own state decides.
 */
export function createProgressWatch(startedAt: number): (arrived: Arrived, now: number) => boolean {
  let last: Arrived = { packets: -1, responses: -1 }
  let lastProgressAt = startedAt
  return (arrived, now) => {
    if (arrived.packets !== last.packets || arrived.responses !== last.responses) lastProgressAt = now
    last = arrived
    return arrived.responses !== null && now - lastProgressAt >= SILENT_LIMIT_MS
  }
}

export function countArrived(stats: RTCStatsReport): Arrived {
  let packets = 0
  let responses: number | null = null
  for (const entry of stats.values()) {
    if (entry.type === 'inbound-rtp' && typeof entry.packetsReceived === 'number') packets += entry.packetsReceived
    if (entry.type === 'candidate-pair' && typeof entry.responsesReceived === 'number') {
      responses = (responses ?? 0) + entry.responsesReceived
    }
  }
  return { packets, responses }
}
