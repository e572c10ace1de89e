/**
 * What the visitor says between the tap and the moment when the call is live: kept, then handed over in order, nothing twice.
 *
 * Relay: `take` every frame of the capture from the tap on; `open` when the broker says ready. The frames go out in one burst, which
 * the provider hears faster than it was said; later frames follow in their order.
 *
 * WebRTC carries sound in real time only, so there the kept words are played into the call and catch up in the silences between
 * them: `open` with `shortenSilence` into a speaker (speaker.ts) whose destination is a `MediaStreamAudioDestinationNode`, and that node's
 * track in the sender. On `pause` end the speaker's item (what is said next is another item); when the speaker tells `drained`,
 * `replaceTrack` with the microphone's own track, and `close` and `forget` here.
 */
import { createSilenceShortener } from './silence.ts'

/** About half a megabyte. What is older is given up. */
const LONGEST_MS = 10_000
const SAMPLES_PER_MS = 24

export interface FirstWordsOptions {
  /** Of a long silence only 300 ms are handed over, also of what comes after `open`; `pause` is told in the middle of each. */
  shortenSilence?: { pause(): void }
}

export interface FirstWords {
  /** A frame of PCM16 at 24 kHz. Kept as a copy, or handed over at once when open. */
  take(pcm: Int16Array): void
  /** Hands over what is kept, oldest first, and from then on every frame as it comes. */
  open(send: (pcm: Int16Array) => void, options?: FirstWordsOptions): void
  /** Keeps again from here: the call was lost, and the next one is on its way. */
  close(): void
  /** Gives up what is kept: the visitor muted, or hung up. */
  forget(): void
  readonly keptMs: number
  /** What was too old to keep, in all. */
  readonly lostMs: number
}

export function createFirstWords(): FirstWords {
  let kept: Int16Array[] = []
  let keptSamples = 0
  let lostSamples = 0
  let handOver: ((pcm: Int16Array) => void) | null = null

  function keep(pcm: Int16Array): void {
    kept.push(pcm.slice())
    keptSamples += pcm.length
    while (keptSamples > LONGEST_MS * SAMPLES_PER_MS) lostSamples += next()?.length ?? 0
  }

  function next(): Int16Array | undefined {
    const oldest = kept.shift()
    keptSamples -= oldest?.length ?? 0
    return oldest
  }

  return {
    take(pcm) {
      if (handOver) handOver(pcm)
      else keep(pcm)
    },
    open(send, { shortenSilence } = {}) {
      const pass = shortenSilence ? createSilenceShortener(send, () => shortenSilence.pause()) : send
      // Each is let go before it is sent: what fails on the way is not sent a second time.
      for (let pcm = next(); pcm; pcm = next()) pass(pcm)
      handOver = pass
    },
    close() {
      handOver = null
    },
    forget() {
      kept = []
      keptSamples = 0
    },
    get keptMs() {
      return keptSamples / SAMPLES_PER_MS
    },
    get lostMs() {
      return lostSamples / SAMPLES_PER_MS
    },
  }
}
