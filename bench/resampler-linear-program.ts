/** A small dense linear program, solved by a primal-dual interior-point method: Mehrotra's predictor and corrector (1992). */

/** `rows` · x ≤ `limits`, each row as long as `cost`; to be found: the x of least `cost` · x. */
export interface LinearProgram {
  rows: readonly Float64Array[]
  limits: Float64Array
  cost: Float64Array
}

const GAP = 1e-12
const ROUNDS = 200

/** @throws Error when it does not converge: no x fits, or the cost has no bottom. */
export function minimize({ rows, limits, cost }: LinearProgram): Float64Array {
  // Slacks and multipliers stay positive while their products go to 0.
  const x = new Float64Array(cost.length)
  const slacks = limits.map((limit) => Math.max(1, limit))
  const duals = new Float64Array(rows.length).fill(1)
  for (let round = 0; round < ROUNDS; round++) {
    const gap = dot(slacks, duals) / rows.length
    const missed = rows.map((row, i) => dot(row, x) + (slacks[i] ?? 0) - (limits[i] ?? 0))
    const uneven = cost.map((value) => value)
    for (const [i, row] of rows.entries()) addScaled(uneven, row, duals[i] ?? 0)
    if (gap < GAP && largest(uneven) < 1e-9 && largest(missed) < 1e-12) return x

    const factor = choleskyOf(rows, duals, slacks)
    /** Newton's step towards slack · dual = target. */
    const stepTo = (target: (i: number) => number) => {
      const right = uneven.map((value) => -value)
      rows.forEach((row, i) => {
        const [slack = 1, dual = 1] = [slacks[i], duals[i]]
        addScaled(right, row, -(target(i) + dual * (missed[i] ?? 0)) / slack)
      })
      const dx = solveCholesky(factor, right)
      const dSlacks = slacks.map((_, i) => -(missed[i] ?? 0) - dot(rows[i] ?? dx, dx))
      const dDuals = duals.map((dual, i) => (target(i) - dual * (dSlacks[i] ?? 0)) / (slacks[i] ?? 1))
      return { dx, dSlacks, dDuals }
    }
    const product = (i: number) => (slacks[i] ?? 0) * (duals[i] ?? 0)
    const guess = stepTo((i) => -product(i))
    const reach = Math.min(longest(slacks, guess.dSlacks), longest(duals, guess.dDuals))
    const left = slacks.reduce((sum, slack, i) => {
      const dual = (duals[i] ?? 0) + reach * (guess.dDuals[i] ?? 0)
      return sum + (slack + reach * (guess.dSlacks[i] ?? 0)) * dual
    }, 0)
    const aim = gap * (left / (gap * rows.length)) ** 3
    const step = stepTo((i) => aim - product(i) - (guess.dSlacks[i] ?? 0) * (guess.dDuals[i] ?? 0))
    addScaled(x, step.dx, 0.995 * longest(slacks, step.dSlacks))
    addScaled(slacks, step.dSlacks, 0.995 * longest(slacks, step.dSlacks))
    addScaled(duals, step.dDuals, 0.995 * longest(duals, step.dDuals))
  }
  throw new Error('The linear program did not converge')
}

/** How far one may go along `step` before a value becomes 0, at most 1. */
function longest(values: Float64Array, step: Float64Array): number {
  return values.reduce((least, value, i) => ((step[i] ?? 0) < 0 ? Math.min(least, -value / (step[i] ?? 0)) : least), 1)
}

/** Lower factor of Σ dual/slack · row·rowᵀ. */
function choleskyOf(rows: readonly Float64Array[], duals: Float64Array, slacks: Float64Array): Float64Array[] {
  const size = rows[0]?.length ?? 0
  const matrix = Array.from({ length: size }, () => new Float64Array(size))
  rows.forEach((row, i) => {
    const weight = (duals[i] ?? 0) / (slacks[i] ?? 1)
    for (const [a, line] of matrix.entries()) addScaled(line.subarray(0, a + 1), row, weight * (row[a] ?? 0))
  })
  matrix.forEach((line, a) => {
    for (let b = 0; b <= a; b++) {
      const other = matrix[b] ?? line
      const rest = (line[b] ?? 0) - dot(line.subarray(0, b), other)
      line[b] = a === b ? Math.sqrt(rest) : rest / (other[b] ?? 1)
    }
  })
  return matrix
}

function solveCholesky(factor: readonly Float64Array[], right: Float64Array): Float64Array {
  const x = right.slice()
  factor.forEach((line, a) => {
    x[a] = ((x[a] ?? 0) - dot(line.subarray(0, a), x)) / (line[a] ?? 1)
  })
  for (let a = factor.length - 1; a >= 0; a--) {
    const line = factor[a] ?? x
    x[a] = (x[a] ?? 0) / (line[a] ?? 1)
    addScaled(x.subarray(0, a), line, -(x[a] ?? 0))
  }
  return x
}

/** Over the length of `a`. */
function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number)
  return sum
}

/** Over the length of `target`. */
function addScaled(target: Float64Array, values: Float64Array, factor: number): void {
  for (let i = 0; i < target.length; i++) target[i] = (target[i] as number) + factor * (values[i] as number)
}

function largest(values: Iterable<number>): number {
  let most = 0
  for (const value of values) most = Math.max(most, Math.abs(value))
  return most
}
