/** Leaves out the middle of long silences, so that sound which is late catches up without a word lost. */

/** A frame below this RMS is silent: −50 dB. Rooms are quieter, voices louder. */
const SILENCE_RMS = 0.003
const FULL_SCALE = 32_768
/** What stays of a silence, half of it on each side: enough for voice detection to see a pause, and for soft beginnings of words. */
const KEPT_MS = 300
const SAMPLES_PER_MS = 24

/**
 * Frames of PCM16 at 24 kHz in, the same frames but for the middles of silences out.
 * @param pause told once in each silence that is shortened, when the leaving out begins
 */
export function createSilenceShortener(send: (pcm: Int16Array) => void, pause: () => void): (pcm: Int16Array) => void {
  const half = (KEPT_MS / 2) * SAMPLES_PER_MS
  /** Silent samples that were sent since the last sound. */
  let sent = 0
  /** The newest silent frames after those, up to half of what stays. */
  let waiting: Int16Array[] = []
  let waitingSamples = 0
  let leavingOut = false

  function wait(pcm: Int16Array): void {
    waiting.push(pcm.slice())
    waitingSamples += pcm.length
    while (waitingSamples - (waiting[0]?.length ?? 0) >= half) {
      waitingSamples -= waiting.shift()?.length ?? 0
      if (!leavingOut) pause()
      leavingOut = true
    }
  }

  return (pcm) => {
    if (!isSilent(pcm)) {
      for (const frame of waiting) send(frame)
      waiting = []
      waitingSamples = 0
      sent = 0
      leavingOut = false
      send(pcm)
    } else if (sent < half) {
      sent += pcm.length
      send(pcm)
    } else wait(pcm)
  }
}

function isSilent(pcm: Int16Array): boolean {
  let power = 0
  for (const sample of pcm) power += (sample / FULL_SCALE) ** 2
  return power < SILENCE_RMS ** 2 * pcm.length
}
