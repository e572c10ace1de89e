/** What of a conversation still fits into the model's context (realtime-api.md 1.4 and 7, `truncation`). */
import { findModel } from '../models.ts'
import { Refusal } from '../refusal.ts'
import type { Entry } from './conversation.ts'
import type { SessionConfig } from './session-config.ts'
import { type Block, itemBlock, tokensOf } from './usage.ts'

export class Context {
  /** Dropped for good: a later response does not see them again, so that its front stays the same. */
  #forgotten = new WeakSet<Entry>()

  /**
   * The entries that a response sees, the oldest dropped when they are too many.
   * @throws Refusal when they are too many and `truncation` is `disabled`
   */
  fitting(
    entries: readonly Entry[],
    front: Block,
    config: Pick<SessionConfig, 'model' | 'truncation'>,
  ): readonly Entry[] {
    const kept = entries.filter((entry) => !this.#forgotten.has(entry))
    const limit = tokenLimit(front, config)
    let tokens = tokensOf(kept.map(itemBlock))
    if (tokens <= limit) return kept
    if (config.truncation === 'disabled') {
      throw new Refusal('context_length_exceeded', 'The conversation is too long for the context of the model.')
    }
    const target = limit * (typeof config.truncation === 'object' ? config.truncation.retention_ratio : 1)
    for (const entry of kept) {
      if (tokens <= target) break
      this.#forgotten.add(entry)
      tokens -= tokensOf([itemBlock(entry)])
    }
    return kept.filter((entry) => !this.#forgotten.has(entry))
  }
}

/** Tokens that items may have beside the front and a full output; OpenAI's own figure for 32k models, 28,224, is near. */
function tokenLimit(front: Block, { model, truncation }: Pick<SessionConfig, 'model' | 'truncation'>): number {
  const { context, maxOutput } = findModel(model)
  const room = context - maxOutput - tokensOf([front])
  const wanted = typeof truncation === 'object' ? truncation.token_limits?.post_instructions : undefined
  return Math.min(room, wanted ?? room)
}
