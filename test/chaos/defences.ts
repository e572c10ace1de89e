import type { Change } from './bundle.ts'

export interface Defence {
  name: string
  /** What it is for. */
  why: string
  changes: Change[]
  /** Cells that must turn red without it, and which promise must be among the broken ones. */
  red: { cell: string; promise: number; seed: number }[]
}

export const DEFENCES: readonly Defence[] = []
