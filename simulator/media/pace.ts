/**
 * The beat of all live media: one frame each 20 ms for every peer, from one timer. It is free of drift (each peer is
 * called once for every frame that came due, however late the timer was).
 */
import { FRAME_MS } from './pcm.ts'

/** Called for each frame; `skipped` frames before it were given up because the process had been stalled. */
export type OnFrame = (skipped: number) => void

const TIMER_MS = 10
/** Later than this and the missed frames are skipped instead of being sent in one burst, ms. */
const RESYNC_MS = 500

const runners = new Set<() => void>()
let timer: NodeJS.Timeout | undefined

/**
 * Calls `onFrame` every 20 ms of `clock` (ms, monotonic) from now on.
 * @returns stops it
 */
export function everyFrame(clock: () => number, onFrame: OnFrame): () => void {
  let due = clock() + FRAME_MS
  let stopped = false
  const run = () => {
    const now = clock()
    let skipped = 0
    if (now - due > RESYNC_MS) {
      skipped = Math.floor((now - due) / FRAME_MS)
      due += skipped * FRAME_MS
    }
    while (due <= now && !stopped) {
      due += FRAME_MS
      onFrame(skipped)
      skipped = 0
    }
  }
  runners.add(run)
  timer ??= setInterval(scheduleRun, TIMER_MS)
  return () => {
    stopped = true
    runners.delete(run)
    if (runners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

/** After the sockets were read: a microphone packet that already arrived belongs to the frame that is due now. */
function scheduleRun(): void {
  setImmediate(() => {
    for (const run of runners) run()
  })
}
