/** Loudness meters for visitor and assistant. They only measure: sound is played by the `<audio>` element. */

export type Side = 'input' | 'output'

export interface Levels {
  /** Measures this stream from now on, instead of the one before. */
  watch(side: Side, stream: MediaStream): void
  /** 0…1: the RMS of the last 20 ms between −60 dB and full scale. */
  read(side: Side): number
  /** Browsers start a context suspended when no tap allowed it. */
  resume(): void
  close(): void
}

interface Meter {
  source: AudioNode
  analyser: AnalyserNode
}

/** 1024 frames are 21 ms at 48 kHz. */
const WINDOW_FRAMES = 1024
const FLOOR_DB = -60

/** Without a context everything reads 0. */
export function createLevels(context: AudioContext | null): Levels {
  const meters = new Map<Side, Meter>()
  const samples = new Float32Array(WINDOW_FRAMES)

  function forget(side: Side): void {
    const meter = meters.get(side)
    meter?.source.disconnect()
    meter?.analyser.disconnect()
    meters.delete(side)
  }

  return {
    watch(side, stream) {
      if (!context || context.state === 'closed') return
      forget(side)
      const analyser = context.createAnalyser()
      analyser.fftSize = WINDOW_FRAMES
      const source = context.createMediaStreamSource(stream)
      source.connect(analyser)
      meters.set(side, { source, analyser })
    },
    read(side) {
      const meter = meters.get(side)
      if (!meter) return 0
      meter.analyser.getFloatTimeDomainData(samples)
      return loudness(samples)
    },
    resume() {
      // Rejects while a phone call holds the audio (state `interrupted`): the meter then stays at 0, the sound does not need it.
      if (context?.state === 'suspended') context.resume().catch(() => undefined)
    },
    close() {
      forget('input')
      forget('output')
      // Closing twice rejects; the first one did it.
      if (context && context.state !== 'closed') context.close().catch(() => undefined)
    },
  }
}

/** RMS of `samples` on a dB scale, 0 at −60 dB and below, 1 at full scale. */
export function loudness(samples: Float32Array): number {
  let sum = 0
  for (const sample of samples) sum += sample * sample
  return loudnessOfRms(Math.sqrt(sum / samples.length))
}

/** The same scale, for an RMS of 0…1. */
export function loudnessOfRms(rms: number): number {
  const db = 20 * Math.log10(rms)
  return Math.min(1, Math.max(0, 1 - db / FLOOR_DB))
}
