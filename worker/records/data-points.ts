/**
 * One data point for each call that is over, where the deployment has an Analytics Engine dataset (docs/console.md). No words, no
 * names, nothing that leads to a visitor or a session. Written at most once: a crash in that moment loses it.
 */
import type { EndReason } from '../../protocol/frames.ts'
import type { Log } from '../log.ts'

export interface EndedCall {
  agent: string
  reason: EndReason
  path: 'webrtc' | 'relay' | 'phone'
  /** Continent, `''` where it is not known. */
  region: string
  model: string
  seconds: number
  usd: number
  turns: number
  tools: number
  interruptions: number
  reconnects: number
  /** From the request for it to the moment that the visitor could speak first (ms); 0 where that never came, and for one that took over in a rollover. */
  connectMs: number
}

type Dataset = Pick<AnalyticsEngineDataset, 'writeDataPoint'>

export class DataPoints {
  readonly #dataset: Dataset | undefined
  readonly #log: Log

  /** @param dataset undefined: this deployment has none */
  constructor(dataset: Dataset | undefined, log: Log) {
    this.#dataset = dataset
    this.#log = log
  }

  get areWanted(): boolean {
    return this.#dataset !== undefined
  }

  callEnded(call: EndedCall): void {
    try {
      this.#dataset?.writeDataPoint(pointOf(call))
    } catch (error) {
      // A call ends all the same.
      this.#log.error('data_point_failed', { cause: error instanceof Error ? error.name : 'unknown' })
    }
  }
}

/** The columns in docs/console.md, in their order. New ones go to the end: what is stored keeps its meaning. */
function pointOf(call: EndedCall): AnalyticsEngineDataPoint {
  const { agent, reason, path, region, model } = call
  const { seconds, usd, turns, tools, interruptions, reconnects, connectMs } = call
  return {
    indexes: [agent],
    blobs: [reason, path, region, model],
    doubles: [seconds, usd, turns, tools, interruptions, reconnects, connectMs],
  }
}
