/**
 * What the plots show, from sums that the index keeps by the hour. One agent has one row of sums an hour, one of tool times
 * and one of connect times for each part of the world (eight at most): so many rows are read, whatever happened in them.
 */
import type { Plots, Range } from '../../protocol/console.ts'
import { percentile } from '../records/buckets.ts'
import { BUCKET_COLUMNS, type RatedSum, type Sum } from '../records/schema.ts'

const HOUR_MS = 3_600_000
/** Hours of a range, and hours that one point stands for. */
const RANGES = { '24h': [24, 1], '7d': [168, 6], '30d': [720, 24] } as const satisfies Record<Range, readonly number[]>

/** Rows read for a plot of so many agents at most: each once, and once more where the steps are put together. */
export function mostRows(range: Range, agents: number): number {
  return 2 * agents * RANGES[range][0] * (1 + 1 + 8)
}

type SumRow = Record<Sum | RatedSum, number> & { step: number }
type TimingRow = Record<string, number | string> & { kind: string; step: number; region: string }

/**
 * @param agents those that are plotted together
 * @param now ms since 1970
 * @param onRead told how many rows each question has read
 */
export async function readPlots(
  db: D1Database,
  { agents, range, now }: { agents: readonly string[]; range: Range; now: number },
  onRead: (rows: number) => void = () => {},
): Promise<Plots> {
  const [hours, perStep] = RANGES[range]
  // Steps end with the present hour: the newest point is of a step that still goes on.
  const lastHour = Math.floor(now / HOUR_MS)
  const firstHour = lastHour - hours + 1
  const step = `(hour - ${firstHour}) / ${perStep}`
  const named = agents.map(() => '?').join(', ')
  const sums = `SELECT ${step} AS step, ${SUMS.map((sum) => `SUM(${sum}) AS ${sum}`).join(', ')} FROM hours
    WHERE agent IN (${named}) AND hour BETWEEN ? AND ? GROUP BY step`
  const buckets = BUCKET_COLUMNS.map((name) => `SUM(${name}) AS ${name}`).join(', ')
  const timings = `SELECT ${step} AS step, kind, region, ${buckets} FROM timings
    WHERE agent IN (${named}) AND kind IN ('connect', 'tool') AND hour BETWEEN ? AND ? GROUP BY step, kind, region`
  const bindings = [...agents, firstHour, lastHour]
  const [a, b] = await db.batch<SumRow | TimingRow>([
    db.prepare(sums).bind(...bindings),
    db.prepare(timings).bind(...bindings),
  ])
  for (const part of [a, b]) onRead(part?.meta.rows_read ?? 0)
  const frame = { count: hours / perStep, stepMs: perStep * HOUR_MS, from: firstHour * HOUR_MS }
  return shape((a?.results ?? []) as SumRow[], (b?.results ?? []) as TimingRow[], frame)
}

/** Sums that are plotted. */
const SUMS = [
  ...([
    'calls',
    'ended',
    'failed',
    'reconnects',
    'ms',
    'micro_usd',
    'audio_micro',
    'text_micro',
    'image_micro',
  ] as const),
  ...(['words_micro', 'tokens_in', 'tokens_cached', 'left_after_tool', 'rated', 'rated_good'] as const),
]

function shape(
  sums: readonly SumRow[],
  timings: readonly TimingRow[],
  { count, stepMs, from }: { count: number; stepMs: number; from: number },
): Plots {
  const steps = Array.from({ length: count }, (_, n) => n)
  const rows = steps.map((step) => sums.find((row) => row.step === step))
  const series = (of: (row: SumRow) => number) => rows.map((row) => (row ? of(row) : 0))
  const share = (part: Sum, whole: Sum) => rows.map((row) => (row && row[whole] > 0 ? row[part] / row[whole] : null))
  const usd = (of: (row: SumRow) => number) => series((row) => of(row) / 1_000_000)
  const percentiles = (kind: string, wanted: number) =>
    steps.map((step) => percentile(add(timings.filter((row) => row.kind === kind && row.step === step)), wanted))
  return {
    times: steps.map((step) => from + step * stepMs),
    stepMs,
    calls: series((row) => row.calls),
    minutes: series((row) => row.ms / 60_000),
    usd: {
      audio: usd((row) => row.audio_micro),
      text: usd((row) => row.text_micro),
      image: usd((row) => row.image_micro),
      words: usd((row) => row.words_micro),
      rest: usd((row) =>
        Math.max(0, row.micro_usd - row.audio_micro - row.text_micro - row.image_micro - row.words_micro),
      ),
    },
    cachedShare: share('tokens_cached', 'tokens_in'),
    errorRate: share('failed', 'ended'),
    reconnectsPerCall: share('reconnects', 'calls'),
    connectMs: { p50: percentiles('connect', 0.5), p95: percentiles('connect', 0.95) },
    toolMs: { p50: percentiles('tool', 0.5), p95: percentiles('tool', 0.95) },
    leftAfterTool: series((row) => row.left_after_tool),
    ratings: { good: series((row) => row.rated_good), bad: series((row) => row.rated - row.rated_good) },
    regions: regionsOf(timings.filter((row) => row.kind === 'connect')),
  }
}

function regionsOf(timings: readonly TimingRow[]): Plots['regions'] {
  const names = [...new Set(timings.map(({ region }) => region))]
  return names
    .map((region) => {
      const counts = add(timings.filter((row) => row.region === region))
      const calls = counts.reduce((sum, n) => sum + n, 0)
      return { region, calls, p50: percentile(counts, 0.5) ?? 0, p95: percentile(counts, 0.95) ?? 0 }
    })
    .sort((one, other) => other.calls - one.calls)
}

/** Buckets of several rows together. */
function add(rows: readonly TimingRow[]): number[] {
  return BUCKET_COLUMNS.map((name) => rows.reduce((sum, row) => sum + Number(row[name]), 0))
}
