/** Sounds to put in, and what to look for in those that come out. */

/** A sine. Hz, amplitude 0…1, s */
export function tone(rate: number, frequency: number, amplitude: number, seconds: number): Float32Array {
  return Float32Array.from(
    { length: Math.round(rate * seconds) },
    (_, i) => amplitude * Math.sin(2 * Math.PI * (((i * frequency) / rate) % 1)),
  )
}

export function toPcm(sound: Float32Array): Int16Array<ArrayBuffer> {
  return Int16Array.from(sound, (sample) => Math.round(32_767 * sample))
}

export function fromPcm(pcm: ArrayLike<number>): Float32Array {
  return Float32Array.from(pcm, (sample) => sample / 32_768)
}

export interface ToneFit {
  amplitude: number
  /** Radians, of a sine that begins with the sound. */
  phase: number
  /** RMS of everything else, relative to the tone's. */
  restDb: number
}

/** The sine of this frequency that fits best (least squares). Look at many whole periods. */
export function fitTone(sound: Float32Array, rate: number, frequency: number): ToneFit {
  let [ss, sc, cc, sx, cx, xx] = [0, 0, 0, 0, 0, 0]
  for (const [i, x] of sound.entries()) {
    const angle = 2 * Math.PI * (((i * frequency) / rate) % 1)
    const [s, c] = [Math.sin(angle), Math.cos(angle)]
    ss += s * s
    sc += s * c
    cc += c * c
    sx += s * x
    cx += c * x
    xx += x * x
  }
  const determinant = ss * cc - sc * sc
  const sine = (sx * cc - cx * sc) / determinant
  const cosine = (cx * ss - sx * sc) / determinant
  const ofTone = sine * sx + cosine * cx
  return {
    amplitude: Math.hypot(sine, cosine),
    phase: Math.atan2(cosine, sine),
    restDb: 10 * Math.log10((xx - ofTone) / ofTone),
  }
}

/** The largest jump between two samples that follow each other. A click is a jump that the sound itself does not have. */
export function largestStep(sound: ArrayLike<number>): number {
  let largest = 0
  for (let i = 1; i < sound.length; i++) largest = Math.max(largest, Math.abs((sound[i] ?? 0) - (sound[i - 1] ?? 0)))
  return largest
}
