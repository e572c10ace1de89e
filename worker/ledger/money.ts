/** Money is counted in whole micro-dollars: sums of floating-point dollars drift. */

/** A millionth of a US dollar; always an integer. */
export type MicroUsd = number

export function microUsd(usd: number): MicroUsd {
  return Math.round(usd * 1_000_000)
}

/** Rounded up: what cannot be billed exactly is billed to us. */
export function roundedUp(microUsd: number): MicroUsd {
  // A product such as 0.4 × 10 may come out a hair above the true value, which must not cost a whole micro-dollar.
  return Math.ceil(Math.round(microUsd * 1000) / 1000)
}
