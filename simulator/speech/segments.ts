/** Cuts audio to what the recogniser is good at: no long silence at the edges, no piece longer than some 20 s. */
import { FRAME_SAMPLES, msToSamples, rms } from '../media/pcm.ts'

/** Softer frames are no speech, RMS of 16-bit samples (−50 dBFS). */
const QUIET_RMS = 100
/** What stays around the speech; without it the first and last sounds are misheard. */
const MARGIN_MS = 300
const LONGEST_MS = 20_000
/** A cut is made at the quietest place in the last part of a piece. */
const CUT_WINDOW_MS = 8000

/** The audio from shortly before the first to shortly after the last sound; empty where there is none. */
export function trimSilence(pcm: Int16Array): Int16Array {
  let first = -1
  let last = -1
  for (let offset = 0; offset < pcm.length; offset += FRAME_SAMPLES) {
    if (rms(pcm.subarray(offset, offset + FRAME_SAMPLES)) < QUIET_RMS) continue
    if (first < 0) first = offset
    last = offset + FRAME_SAMPLES
  }
  if (first < 0) return pcm.subarray(0, 0)
  const margin = msToSamples(MARGIN_MS)
  return pcm.subarray(Math.max(0, first - margin), Math.min(pcm.length, last + margin))
}

/** The audio in pieces of at most 20 s, cut where it is quietest. */
export function splitLong(pcm: Int16Array): Int16Array[] {
  const pieces: Int16Array[] = []
  let rest = pcm
  while (rest.length > msToSamples(LONGEST_MS)) {
    const cut = quietestPlace(rest, msToSamples(LONGEST_MS - CUT_WINDOW_MS), msToSamples(LONGEST_MS))
    pieces.push(rest.subarray(0, cut))
    rest = rest.subarray(cut)
  }
  return [...pieces, rest]
}

/** The middle of the quietest 100 ms between two places. */
function quietestPlace(pcm: Int16Array, from: number, to: number): number {
  const width = msToSamples(100)
  let place = to
  let least = Number.POSITIVE_INFINITY
  for (let offset = from; offset + width <= to; offset += FRAME_SAMPLES) {
    const loudness = rms(pcm.subarray(offset, offset + width))
    if (loudness >= least) continue
    least = loudness
    place = offset + width / 2
  }
  return place
}
