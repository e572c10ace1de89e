/** What each response of a session gets to see and is billed for: what still fits, and what of it is cached. */
import { Context } from './context.ts'
import type { Entry } from './conversation.ts'
import type { SessionConfig } from './session-config.ts'
import { type Block, cachedBlocks, itemBlock } from './usage.ts'

/** Inputs of earlier responses that may still be cached. */
const REMEMBERED_INPUTS = 8

export interface Input {
  /** Those that the response sees. */
  entries: readonly Entry[]
  /** What is billed: the front and the entries. */
  blocks: Block[]
  /** How many blocks at the front are cached. */
  cached: number
}

export class Inputs {
  #context = new Context()
  #earlier: Block[][] = []

  /** @throws Refusal when the context is too small for it and `truncation` is `disabled` */
  next(all: readonly Entry[], front: Block, config: Pick<SessionConfig, 'model' | 'truncation'>): Input {
    const entries = this.#context.fitting(all, front, config)
    const blocks = [front, ...entries.map(itemBlock)]
    const cached = cachedBlocks(blocks, this.#earlier)
    this.#earlier = [...this.#earlier, blocks].slice(-REMEMBERED_INPUTS)
    return { entries, blocks, cached }
  }
}
