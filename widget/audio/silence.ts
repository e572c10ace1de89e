/** Leaves out the middle of long silences, so that the words of a long time take little room. */

/** A frame below this RMS is silent: −50 dB. Rooms are quieter, voices louder. */
const SILENCE_RMS = 0.003
const FULL_SCALE = 32_768
/** What stays of a silence, half of it on each side: enough for voice detection to see a pause, and for soft beginnings of words. */
const KEPT_MS = 300
const SAMPLES_PER_MS = 24

export interface SilenceShortener {
  /** A frame of PCM16 at 24 kHz. It is kept: not to be used again. */
  take(pcm: Int16Array<ArrayBuffer>): void
  /** Lets go of what waits for the next word. */
  end(): void
}

/** Frames in, the same frames but for the middles of silences out. */
export function createSilenceShortener(send: (pcm: Int16Array<ArrayBuffer>) => void): SilenceShortener {
  const half = (KEPT_MS / 2) * SAMPLES_PER_MS
  /** Silent samples that were sent since the last sound. */
  let sent = 0
  /** The newest silent frames after those, up to half of what stays. */
  let waiting: Int16Array<ArrayBuffer>[] = []
  let waitingSamples = 0

  function wait(pcm: Int16Array<ArrayBuffer>): void {
    waiting.push(pcm)
    waitingSamples += pcm.length
    while (waitingSamples - (waiting[0]?.length ?? 0) >= half) waitingSamples -= waiting.shift()?.length ?? 0
  }

  function end(): void {
    for (const frame of waiting) send(frame)
    waiting = []
    waitingSamples = 0
  }

  return {
    end,
    take(pcm) {
      if (!isSilent(pcm)) {
        end()
        sent = 0
        send(pcm)
      } else if (sent < half) {
        sent += pcm.length
        send(pcm)
      } else wait(pcm)
    },
  }
}

function isSilent(pcm: Int16Array): boolean {
  let power = 0
  for (const sample of pcm) power += (sample / FULL_SCALE) ** 2
  return power < SILENCE_RMS ** 2 * pcm.length
}
