/** A turn of the assistant as the recorder knows it, and what was heard of one that was cut off. */
import type { Item } from '../../protocol/item.ts'
import { heardText } from './heard.ts'

export interface Cut {
  /** Played when it was cut off. */
  ms: number
  /** Told by the provider. */
  exact: boolean
  /** Nobody stopped it: its call was over. */
  broke: boolean
}

/** What is known of an assistant turn beyond its row, while it may still be interrupted. */
export interface Turn {
  /** Everything that was generated, whatever was heard of it. */
  full: string
  response: string | undefined
  /** Length of the generated audio (ms). */
  audioMs: number | undefined
  cut: Cut | undefined
}

export function heardOf(turn: Turn, cut: Cut): Pick<Item, 'text' | 'status'> & { heard: NonNullable<Item['heard']> } {
  const text = heardText(turn.full, cut.ms, turn.audioMs)
  const heard = { ms: Math.round(cut.ms), estimated: !cut.exact }
  // Nothing was heard, and nobody wanted it so: it is asked for again.
  const status = cut.broke && text === '' ? 'failed' : 'interrupted'
  return { text, status, heard }
}

export const STATUS_OF_OUTCOME = {
  completed: 'completed',
  cancelled: 'interrupted',
  failed: 'failed',
  incomplete: 'completed',
} as const
