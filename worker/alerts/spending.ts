/** How much of its day an agent has used, and which threshold that passes. */
import type { Books, Hold } from '../ledger/budget.ts'
import type { MicroUsd } from '../ledger/money.ts'

/** The share of the day's cap that is spent; 1 also where an answer was refused because it is full. */
export function shareSpent(books: Books, cap: MicroUsd, refused: Hold | null): number {
  return refused && isDayFull(books, refused) ? 1 : books.daySpent / cap
}

/** The highest threshold that is passed and was not told, nor one above it; null: none. */
export function passed(thresholds: readonly number[], share: number, told: number): number | null {
  const highest = Math.max(0, ...thresholds.filter((one) => one <= share))
  return highest > told ? highest : null
}

/** Other caps refuse as well: of the month, and of a visitor. */
function isDayFull({ daySpent, leases }: Books, { id, need, caps }: Hold): boolean {
  const others = Object.values(leases).filter((lease) => lease.id !== id)
  return daySpent + others.reduce((sum, { held }) => sum + held, 0) + need > caps.day
}
