/** When each word of a text is heard, from the sounds (phones) that the synthesizer reports. */

export interface Word {
  text: string
  /** ms from the beginning of the audio. */
  startMs: number
  endMs: number
}

/** One sound: its name and where it lies, ms. */
export interface Phone {
  name: string
  startMs: number
  endMs: number
}

const PAUSE = 'pau'

/** Reads flite's `-psdur` output, `name:end` pairs with the end in seconds. Pauses are left out. */
export function parsePhones(output: string): Phone[] {
  const phones: Phone[] = []
  let startMs = 0
  for (const [, name = '', end] of output.matchAll(/(\S+):(\d+(?:\.\d+)?)/g)) {
    const endMs = Number(end) * 1000
    if (name !== PAUSE) phones.push({ name, startMs, endMs })
    startMs = endMs
  }
  return phones
}

/** Reads flite's `-ps` output for words said one by one: how many sounds each of them has. */
export function parsePhoneCounts(output: string): number[] {
  const counts: number[] = []
  let count = 0
  for (const name of output.trim().split(/\s+/)) {
    if (name !== PAUSE) count += 1
    else if (count > 0) {
      counts.push(count)
      count = 0
    }
  }
  if (count > 0) counts.push(count)
  return counts
}

/**
 * Lays the words over the sounds, each taking its share of them. `weights` are the words' own numbers of sounds (0 for
 * what is not read aloud); in fluent speech a few may be merged, so that the shares are scaled to what is there.
 */
export function timeWords(texts: readonly string[], weights: readonly number[], phones: readonly Phone[]): Word[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const scale = total === 0 ? 0 : phones.length / total
  let taken = 0
  let lastEndMs = 0
  return texts.map((text, n) => {
    const from = Math.round(taken * scale)
    taken += weights[n] ?? 0
    const first = phones[from]
    const last = phones[Math.round(taken * scale) - 1]
    const heard = first && last && last.endMs > first.startMs
    const startMs = heard ? Math.round(first.startMs) : lastEndMs
    lastEndMs = heard ? Math.round(last.endMs) : lastEndMs
    return { text, startMs, endMs: lastEndMs }
  })
}
