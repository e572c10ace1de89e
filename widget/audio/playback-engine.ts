/**
 * The assistant's sound, from PCM16 at 24 kHz as it comes to render quanta at the context's rate. Pure: the worklet around it is
 * playback.worklet.ts, the page's side speaker.ts.
 *
 * It is resampled as it is played, not as it comes: a burst of a minute of sound costs nothing at once, and the position is known
 * to the sample. Wherever sound stops, because it ended, ran dry or was flushed, its last 2.7 ms are faded out, and faded in where it
 * goes on: nothing clicks. A stretch is what is played from one silence to the next; the resampler begins anew with each.
 */
import { createPlayQueue } from './play-queue.ts'
import { createPreroll } from './preroll.ts'
import { createResampler, maxFlushFrames, maxProcessFrames } from './resampler.ts'
import { type ItemPosition, type PlaybackEvent, WIRE_RATE } from './worklet-messages.ts'

/** 2.7 ms, in samples of 24 kHz. */
const FADE_SAMPLES = 64
/** Samples that are resampled at once. */
const BLOCK_SAMPLES = 32
/** How often positions are told while something is played. ms */
const REPORT_MS = 40

export interface PlaybackEngine {
  push(item: string, pcm: Int16Array): void
  end(item: string): void
  /** Silent after the fade. @returns every item that was not through yet, as far as it will have been heard then */
  flush(): ItemPosition[]
  /** Silent at once; forgets everything. */
  reset(): void
  /** The next quantum, of any length. */
  process(output: Float32Array): void
}

/**
 * @param rate of the context, Hz
 * @throws ConversionError `unsupported_rate`
 */
export function createPlaybackEngine(rate: number, tell: (event: PlaybackEvent) => void): PlaybackEngine {
  const fadeFrames = Math.round(framesOf(FADE_SAMPLES))
  const reportFrames = Math.round((REPORT_MS / 1000) * rate)
  const preroll = createPreroll()
  const resampler = createResampler(WIRE_RATE, rate)
  const block = new Float32Array(BLOCK_SAMPLES)
  const ready = new Float32Array(
    Math.max(maxProcessFrames(WIRE_RATE, rate, BLOCK_SAMPLES), maxFlushFrames(WIRE_RATE, rate)),
  )
  let queue = createPlayQueue(WIRE_RATE)
  let playing = false
  /** Where the stretch began, in samples of the queue, and how many frames of it were played. */
  let start = 0
  let played = 0
  /** Resampled frames that come next: `ready[next…readyEnd]`. */
  let next = 0
  let readyEnd = 0
  /** The resampler has given everything that it had of this stretch. */
  let resampled = false
  /** A flush ends the stretch at this frame; what was there at that moment ends at this sample. */
  let cut: { frame: number; sample: number } | null = null
  let gain = 0
  /** Frames since something waits to be played. */
  let waited = 0
  let sinceReport = 0
  /** All was played of an item of which more will come. */
  let dry = false
  let hadUnderrun = false

  function framesOf(samples: number): number {
    return (samples * rate) / WIRE_RATE
  }

  function samplesOf(frames: number): number {
    return Math.floor((frames * WIRE_RATE) / rate)
  }

  function report(): void {
    sinceReport = 0
    const position = Math.min(start + samplesOf(played), queue.taken)
    queue.tell(position, (at) => tell({ type: 'position', position: at }))
  }

  function drained(): void {
    dry = false
    report()
    if (!hadUnderrun) preroll.smooth()
    hadUnderrun = false
    tell({ type: 'drained' })
  }

  function underrun(): void {
    dry = false
    hadUnderrun = true
    preroll.underrun()
    tell({ type: 'underrun' })
  }

  /** Frames that are left of this stretch, as far as is known now. */
  function left(): number {
    // What comes after the resampler gave its last belongs to the next stretch.
    const known = Math.ceil(framesOf((resampled ? queue.taken : queue.pushed) - start))
    return Math.min(known, cut?.frame ?? known) - played
  }

  function mayStart(frames: number): boolean {
    const queuedMs = (1000 * (queue.pushed - queue.taken)) / WIRE_RATE
    waited = queuedMs > 0 ? waited + frames : 0
    return preroll.enough(queuedMs, (1000 * waited) / rate, queue.open === null)
  }

  function startStretch(): void {
    playing = true
    resampled = false
    dry = false
    start = queue.taken
    played = 0
    waited = 0
    gain = 0
  }

  /** @returns false when the stretch is over */
  function refill(): boolean {
    next = 0
    readyEnd = 0
    while (readyEnd === 0 && !resampled) {
      const count = queue.read(block, cut?.sample ?? queue.pushed)
      resampled = count === 0
      // Fewer than a block only where the sound ends, so that this rarely makes an object.
      const samples = count < block.length ? block.subarray(0, count) : block
      readyEnd = resampled ? resampler.flush(ready) : resampler.process(samples, ready)
    }
    return readyEnd > 0
  }

  /** Plays as much as there is. @returns where in `output` it ends */
  function play(output: Float32Array, from: number): number {
    let remaining = left()
    let written = from
    while (written < output.length && remaining > 0 && (next < readyEnd || refill())) {
      const count = Math.min(output.length - written, remaining, readyEnd - next)
      copyFaded(output, written, count, remaining)
      written += count
      remaining -= count
      next += count
      played += count
    }
    return written
  }

  /** Not louder than what leaves room to fade out before the stretch ends, and not louder at once. */
  function copyFaded(output: Float32Array, at: number, count: number, remaining: number): void {
    // Local: a number that a closure keeps costs an object with each change.
    let gainNow = gain
    for (let i = 0; i < count; i++) {
      gainNow = Math.min(gainNow + 1 / fadeFrames, (remaining - i) / fadeFrames, 1)
      output[at + i] = (ready[next + i] ?? 0) * gainNow
    }
    gain = gainNow
  }

  function silence(): void {
    playing = false
    resampler.reset()
    next = 0
    readyEnd = 0
    cut = null
  }

  function endStretch(): void {
    const cutAt = cut?.sample
    silence()
    if (cutAt !== undefined) queue.skip(cutAt)
    // Came when the resampler had given its last already: goes on from here, faded but without a gap.
    else if (queue.pushed > queue.taken) startStretch()
    else if (queue.open === null) drained()
    else {
      dry = true
      report()
    }
  }

  return {
    push(item, pcm) {
      if (dry && queue.open === item) underrun()
      if (!queue.push(item, pcm)) tell({ type: 'overflow', item })
    },
    end(item) {
      queue.end(item)
      if (dry && queue.open === null) drained()
    },
    flush() {
      dry = false
      hadUnderrun = false
      if (!playing) {
        const positions = queue.drop(queue.taken)
        queue.skip(queue.pushed)
        return positions
      }
      // A fade that has begun goes on: it belongs to what was dropped before.
      cut = { frame: cut?.frame ?? played + Math.min(left(), fadeFrames), sample: queue.pushed }
      return queue.drop(start + samplesOf(cut.frame))
    },
    reset() {
      silence()
      queue = createPlayQueue(WIRE_RATE)
      start = 0
      played = 0
      waited = 0
      dry = false
      hadUnderrun = false
    },
    process(output) {
      if (!playing && mayStart(output.length)) startStretch()
      let written = 0
      while (playing && written < output.length) {
        written = play(output, written)
        if (written < output.length) endStretch()
      }
      output.fill(0, written)
      sinceReport += written
      if (sinceReport >= reportFrames) report()
    },
  }
}
