/** What a defence of the broker is to its tests. */
import type { Change } from './bundle.ts'

export interface Defence {
  readonly name: string
  /** What it is for. */
  readonly why: string
  readonly changes: readonly Change[]
  /** At least one seed of this cell breaks this promise without it. */
  readonly red: { readonly cell: string; readonly promise: number; readonly seeds: readonly number[] }
}

/** Path of a part of the session. */
export const session = (file: string) => `worker/session/${file}.ts`

/** Where chance decides whether the fault meets the defence: one of these seeds does. */
export const SOME = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
