/** Changes the sample rate by a windowed sinc, for rates in a small ratio (16, 24 and 48 kHz). */

/** Zero crossings of the sinc on each side. */
const CROSSINGS = 16
/** Pass band as part of the lower Nyquist frequency; the rest is the filter's slope. */
const PASS_BAND = 0.95

/** The same sound at another rate, Hz. */
export function resample(pcm: Int16Array, from: number, to: number): Int16Array {
  if (from === to) return pcm
  const divisor = greatestCommonDivisor(from, to)
  const up = to / divisor
  const down = from / divisor
  const filter = phases(up, down)
  const half = filter.half
  const out = new Int16Array(Math.round((pcm.length * up) / down))
  for (let n = 0; n < out.length; n += 1) {
    const position = n * down
    const centre = Math.floor(position / up)
    const taps = filter.taps[position % up] ?? []
    let sum = 0
    for (let k = 0; k < taps.length; k += 1) sum += (pcm[centre + k - half + 1] ?? 0) * (taps[k] ?? 0)
    out[n] = Math.max(-32_768, Math.min(32_767, Math.round(sum)))
  }
  return out
}

/** One set of filter taps for each of the `up` positions that an output sample can have between two input samples. */
function phases(up: number, down: number): { half: number; taps: number[][] } {
  const cutoff = PASS_BAND * Math.min(1, up / down)
  const half = Math.ceil(CROSSINGS / cutoff)
  const taps = Array.from({ length: up }, (_, phase) => {
    const set = Array.from({ length: 2 * half }, (_, k) => windowedSinc(k - half + 1 - phase / up, cutoff, half))
    const gain = set.reduce((sum, tap) => sum + tap, 0)
    return set.map((tap) => tap / gain)
  })
  return { half, taps }
}

function windowedSinc(distance: number, cutoff: number, half: number): number {
  if (Math.abs(distance) >= half) return 0
  const x = Math.PI * cutoff * distance
  const sinc = x === 0 ? 1 : Math.sin(x) / x
  const w = (Math.PI * distance) / half
  const blackman = 0.42 + 0.5 * Math.cos(w) + 0.08 * Math.cos(2 * w)
  return sinc * blackman
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}
