/** When a rate is told of: once when it passes its threshold, and once when it is well below again. */
import { type AlertsConfig, RATES, type Rate } from '../../protocol/alerts.ts'
import type { Readings } from './readings.ts'

/** Back to normal is what has come down to this part of the threshold: around it nothing is told again and again. */
const NORMAL = 0.8
/** What was told is not told again for so long (ms), however it goes up and down. */
const AGAIN_MS = 3_600_000

/** For each rate that was ever told of: since when it is or was too high (ms since 1970), and whether it still is. */
export type Raised = Partial<Record<Rate, { at: number; on: boolean }>>

export interface Change {
  rate: Rate
  state: 'raised' | 'normal'
  value: number
  threshold: number
  calls: number
}

export function judge(config: AlertsConfig, readings: Readings, before: Raised, now: number) {
  const raised: Raised = { ...before }
  const changes: Change[] = []
  for (const rate of Object.keys(RATES) as Rate[]) {
    const threshold = config[RATES[rate]]
    const reading = readings[rate]
    const { on, at } = before[rate] ?? { on: false, at: -Infinity }
    if (threshold === null || reading === null) continue
    const isTooHigh = !on && reading.value > threshold && now - at >= AGAIN_MS
    const isNormal = on && reading.value <= threshold * NORMAL
    if (!isTooHigh && !isNormal) continue
    raised[rate] = isTooHigh ? { at: now, on: true } : { at, on: false }
    changes.push({ rate, state: isTooHigh ? 'raised' : 'normal', threshold, ...reading })
  }
  return { raised, changes }
}
