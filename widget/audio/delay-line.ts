/**
 * The microphone with a memory of 12 s: the 8 s in which WebRTC is tried, and a little before and after. What is said while nobody can hear it, between the tap and a live call or between two
 * calls, is kept; then it is played from its first word on, later than it was said, and the silences between words are shortened
 * until the delay is gone. Nothing is heard twice, and nothing but silence is left out.
 *
 * It is a `DelayNode`, which every browser has and no content security policy forbids; an `AnalyserNode` tells where the silences are.
 * While the context does not run it keeps nothing and plays nothing, and says that it has caught up.
 */
import type { Clock } from '../clock.ts'
import { createSpoken, LONGEST_S, MARGIN_S, UNKNOWN } from './spoken.ts'

export interface DelayLine {
  /** What is said, as late as it is. For nodes of the same context. */
  readonly output: AudioNode
  /** The same for a peer connection; silent until `play`. */
  readonly track: MediaStreamTrack
  /** Hears this microphone from now on, instead of the one before. */
  listen(stream: MediaStream): void
  /** Keeps what is said from now on, and what was not played yet. */
  keep(): void
  /** Plays what was kept and what follows. `caughtUp` is told once, in a pause: at once when no word was kept. */
  play(caughtUp: () => void): void
  /** Gives up what is kept. */
  forget(): void
  /** Whoever listens to `output` lets go of it by himself, then or later. */
  close(): void
}

/** The longest window that there is (frames): 0.7 s at 48 kHz. A page that is busy for longer leaves a gap that counts as speech. */
const WINDOW_FRAMES = 32_768
const PART_S = 0.02
const LOOK_EVERY_MS = 100
/** So long nobody must have spoken before it counts as caught up. s */
const PAUSE_S = 0.4
/** Where there are no silences it catches up by playing 4 % faster, after so long. s */
const PATIENCE_S = 10
const HURRY = 0.04

export function createDelayLine(context: AudioContext, clock: Clock): DelayLine {
  const analyser = context.createAnalyser()
  const delay = context.createDelay(LONGEST_S)
  const gate = context.createGain()
  const destination = context.createMediaStreamDestination()
  const samples = new Float32Array(WINDOW_FRAMES)
  let spoken = createSpoken()
  let source: AudioNode | null = null
  let cancelLook: (() => void) | null = null
  let measuredTo = 0
  let lag = 0
  let keptFrom: number | null = null
  let playing: { since: number; caughtUp(): void } | null = null

  analyser.fftSize = WINDOW_FRAMES
  destination.channelCount = 1
  analyser.connect(delay)
  // Always connected: browsers render only what leads somewhere.
  delay.connect(gate)
  gate.connect(destination)
  gate.gain.value = 0

  function setLag(seconds: number): void {
    lag = Math.min(seconds, LONGEST_S)
    delay.delayTime.cancelScheduledValues(0)
    delay.delayTime.value = lag
  }

  function measure(): void {
    const { currentTime, sampleRate } = context
    const frames = Math.round((currentTime - measuredTo) * sampleRate)
    const known = Math.min(frames, WINDOW_FRAMES)
    if (frames > known) spoken.add(measuredTo, currentTime - known / sampleRate, UNKNOWN)
    analyser.getFloatTimeDomainData(samples)
    const length = Math.round(PART_S * sampleRate)
    for (let left = known; left > 0; left -= length) {
      const end = Math.max(0, left - length)
      const part = samples.subarray(WINDOW_FRAMES - left, WINDOW_FRAMES - end)
      spoken.add(currentTime - left / sampleRate, currentTime - end / sampleRate, rmsOf(part))
    }
    measuredTo = currentTime
  }

  function catchUp(): void {
    if (!playing) return
    const now = context.currentTime
    const played = now - lag
    const next = spoken.next(played)
    const isPause = next === null && spoken.next(now - PAUSE_S) === null
    // Whoever begins to speak in this moment must not lose the first sound of it.
    const isThrough = isPause && lag <= MARGIN_S && spoken.isSilent(played)
    if (isThrough || context.state !== 'running') return finish(playing.caughtUp)
    if (next === null) setLag(Math.min(lag, MARGIN_S))
    else if (next > played + PART_S) setLag(now - next)
    else if (now - playing.since > PATIENCE_S) hurry(now)
  }

  function firstWord(now: number): number | null {
    if (keptFrom === null) return null
    const isBeginning = !spoken.isSilent(now - MARGIN_S)
    return spoken.next(Math.max(keptFrom, now - LONGEST_S)) ?? (isBeginning ? now - MARGIN_S : null)
  }

  function hurry(now: number): void {
    delay.delayTime.setValueAtTime(lag, now)
    lag = Math.max(MARGIN_S, lag - (HURRY * LOOK_EVERY_MS) / 1000)
    delay.delayTime.linearRampToValueAtTime(lag, now + LOOK_EVERY_MS / 1000)
  }

  function look(): void {
    cancelLook = clock.after(LOOK_EVERY_MS, look)
    measure()
    catchUp()
  }

  function startLooking(): void {
    if (cancelLook) return
    measuredTo = context.currentTime
    look()
  }

  function rest(): void {
    cancelLook?.()
    cancelLook = null
    playing = null
    keptFrom = null
    spoken = createSpoken()
    setLag(0)
  }

  function finish(caughtUp: () => void): void {
    rest()
    caughtUp()
  }

  return {
    output: delay,
    track: destination.stream.getAudioTracks()[0] as MediaStreamTrack,
    listen(stream) {
      source?.disconnect()
      source = context.createMediaStreamSource(stream)
      source.connect(analyser)
    },
    keep() {
      keptFrom ??= context.currentTime - lag
      playing = null
      gate.gain.value = 0
      startLooking()
    },
    play(caughtUp) {
      const now = context.currentTime
      gate.gain.value = 1
      if (cancelLook) measure()
      const first = firstWord(now)
      keptFrom = null
      if (first === null || context.state !== 'running') return finish(caughtUp)
      playing = { since: now, caughtUp }
      setLag(now - first)
    },
    forget() {
      gate.gain.value = 0
      rest()
    },
    close() {
      rest()
      source?.disconnect()
      analyser.disconnect()
      delay.disconnect(gate)
      gate.disconnect()
      for (const track of destination.stream.getTracks()) track.stop()
    },
  }
}

function rmsOf(samples: Float32Array): number {
  let power = 0
  for (const sample of samples) power += sample * sample
  return Math.sqrt(power / samples.length)
}
