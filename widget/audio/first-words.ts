/**
 * What the visitor says between the tap and the moment when a call over the relay is live, or between two such calls: kept, then
 * handed over in one burst, which the provider hears faster than it was said; what is said later follows in its order. Of long
 * silences only 300 ms are kept. Over WebRTC, which carries sound in real time only, delay-line.ts does the same in another way.
 */
import { createSilenceShortener } from './silence.ts'

/** About half a megabyte. What is older is given up. */
const LONGEST_MS = 10_000
const SAMPLES_PER_MS = 24

export interface FirstWords {
  /** A frame of PCM16 at 24 kHz. Kept as a copy, or handed over at once when open. */
  take(pcm: Int16Array<ArrayBuffer>): void
  /** Hands over what is kept, oldest first, and from then on every frame as it comes. */
  open(send: (pcm: Int16Array<ArrayBuffer>) => void): void
  /** Keeps from here on: the call was lost, and the next one is on its way. */
  close(): void
  /** Gives up what is kept: the visitor muted, or hung up. */
  forget(): void
}

export function createFirstWords(): FirstWords {
  let kept: Int16Array<ArrayBuffer>[] = []
  let keptSamples = 0
  let handOver: ((pcm: Int16Array<ArrayBuffer>) => void) | null = null
  let shortener = createSilenceShortener(keep)

  function keep(pcm: Int16Array<ArrayBuffer>): void {
    kept.push(pcm)
    keptSamples += pcm.length
    while (keptSamples > LONGEST_MS * SAMPLES_PER_MS) next()
  }

  function next(): Int16Array<ArrayBuffer> | undefined {
    const oldest = kept.shift()
    keptSamples -= oldest?.length ?? 0
    return oldest
  }

  return {
    take(pcm) {
      if (handOver) handOver(pcm)
      else shortener.take(pcm.slice())
    },
    open(send) {
      shortener.end()
      // Each is let go before it is sent: what fails on the way is not sent a second time.
      for (let pcm = next(); pcm; pcm = next()) send(pcm)
      handOver = send
    },
    close() {
      handOver = null
    },
    forget() {
      kept = []
      keptSamples = 0
      shortener = createSilenceShortener(keep)
    },
  }
}
