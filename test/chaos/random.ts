/** Chance that can be had again: everything a cell leaves to chance comes from its name and the run's seed. */

export interface Chance {
  /** 0 ≤ n < below */
  int(below: number): number
  pick<T>(from: readonly T[]): T
}

export function chance(seed: number, name: string): Chance {
  let state = hash(`${seed} ${name}`)
  // mulberry32
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const int = (below: number) => Math.floor(next() * below)
  return {
    int,
    pick(from) {
      const picked = from[int(from.length)]
      if (picked === undefined) throw new Error('nothing to pick from')
      return picked
    },
  }
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (const char of text) value = Math.imul(value ^ (char.codePointAt(0) ?? 0), 0x01000193)
  return value
}

/** `SEED=…` repeats a run; else each run has its own. */
export function runSeed(): number {
  const given = Number(process.env.SEED)
  return Number.isSafeInteger(given) && given > 0 ? given : 1 + Math.floor(Math.random() * 2 ** 31)
}
