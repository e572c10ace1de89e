/**
 * The index across sessions (D1), step by step. It holds ids, times, counts and costs; no word of a conversation, no name, no
 * address, no website. What a session's object says is the truth: this can be thrown away, and fills again with what happens.
 *
 * `hours` and `timings` are sums that the database keeps by itself: a trigger adds what a newer version of a call has more
 * than the one before. So a call may be written as often as one likes, and a plot never looks at calls.
 */
import { BUCKETS } from './buckets.ts'

const SUMS = [
  ...[
    'calls',
    'ended',
    'failed',
    'reconnects',
    'ms',
    'micro_usd',
    'audio_micro',
    'text_micro',
    'image_micro',
    'words_micro',
  ],
  ...['tokens_in', 'tokens_cached', 'tools', 'tool_errors', 'left_after_tool'],
] as const
export type Sum = (typeof SUMS)[number]
/** What sessions add to the sums of the hour in which they began. */
const RATED = {
  rated: (row: string) => `(${row}.rating IS NOT NULL)`,
  rated_good: (row: string) => `(${row}.rating IS 1)`,
}
export type RatedSum = keyof typeof RATED

const bucketNames = Array.from({ length: BUCKETS }, (_, n) => `b${n}`)
/** Columns of `timings` that count. */
export const BUCKET_COLUMNS: readonly string[] = bucketNames

/** What a call adds to each sum; `NEW` or `OLD` stands before the columns. */
function shareOf(sum: Sum, row: 'NEW' | 'OLD'): string {
  if (sum === 'calls') return `(${row}.kind = 'call')`
  if (sum === 'ended') return `(${row}.kind = 'call' AND ${row}.ended_at IS NOT NULL)`
  if (sum === 'failed') return `(${row}.kind = 'call' AND COALESCE(${row}.reason, '') IN ('dropped', 'provider'))`
  if (sum === 'reconnects') return `${row}.reconnect`
  return `${row}.${sum}`
}

const HOUR_MS = 3_600_000
const hourOf = (row: string) => `${row}.started_at / ${HOUR_MS}`

function addToHours(more: (sum: Sum) => string): string {
  const changes = SUMS.map((sum) => `${sum} = ${sum} + excluded.${sum}`)
  return `INSERT INTO hours (agent, hour, ${SUMS.join(', ')}) VALUES (NEW.agent, ${hourOf('NEW')}, ${SUMS.map(more).join(', ')})
    ON CONFLICT (agent, hour) DO UPDATE SET ${changes.join(', ')};`
}

/** @param times JSON: counts by the number of the bucket */
function addToTimings(kind: 'connect' | 'tool', times: string, before: string | null): string {
  const of = (json: string, bucket: number) => `COALESCE(json_extract(${json}, '$."${bucket}"'), 0)`
  const more = bucketNames.map((_, n) => (before ? `${of(times, n)} - ${of(before, n)}` : of(times, n)))
  const changes = bucketNames.map((name) => `${name} = ${name} + excluded.${name}`)
  const isNews = before ? `${times} <> ${before}` : `${times} <> '{}'`
  return `INSERT INTO timings (agent, kind, hour, region, ${bucketNames.join(', ')})
    SELECT NEW.agent, '${kind}', ${hourOf('NEW')}, ${kind === 'connect' ? 'NEW.region' : "''"}, ${more.join(', ')} WHERE ${isNews}
    ON CONFLICT (agent, kind, hour, region) DO UPDATE SET ${changes.join(', ')};`
}

function addRating(more: (share: (row: string) => string) => string): string {
  const changes = Object.keys(RATED).map((sum) => `${sum} = ${sum} + excluded.${sum}`)
  return `INSERT INTO hours (agent, hour, ${Object.keys(RATED).join(', ')})
    VALUES (NEW.agent, ${hourOf('NEW')}, ${Object.values(RATED).map(more).join(', ')})
    ON CONFLICT (agent, hour) DO UPDATE SET ${changes.join(', ')};`
}

const counts = (names: readonly string[]) => names.map((name) => `${name} INTEGER NOT NULL DEFAULT 0`).join(', ')

/** Each step is carried out once, in one transaction. Never change one that was released: add another. */
export const MIGRATIONS: readonly (readonly string[])[] = [
  [
    `CREATE TABLE sessions (
      id TEXT PRIMARY KEY, agent TEXT NOT NULL, started_at INTEGER NOT NULL, last_at INTEGER NOT NULL, reason TEXT,
      ${counts(['version', 'calls', 'ms', 'micro_usd', 'turns', 'tools', 'interruptions', 'reconnects', 'dead_letters'])}
    ) WITHOUT ROWID`,
    'CREATE INDEX sessions_by_time ON sessions (started_at, id)',
    'CREATE INDEX sessions_by_agent ON sessions (agent, started_at, id)',
    'CREATE INDEX sessions_by_reason ON sessions (reason, started_at, id)',
    'CREATE INDEX sessions_by_agent_and_reason ON sessions (agent, reason, started_at, id)',
    'CREATE INDEX sessions_with_dead_letters ON sessions (started_at, id) WHERE dead_letters > 0',
    `CREATE TABLE calls (
      id TEXT PRIMARY KEY, session TEXT NOT NULL, agent TEXT NOT NULL, kind TEXT NOT NULL, path TEXT NOT NULL, region TEXT NOT NULL,
      started_at INTEGER NOT NULL, ended_at INTEGER, reason TEXT, connect_times TEXT NOT NULL, tool_times TEXT NOT NULL,
      ${counts(['version', 'reconnect', ...SUMS.slice(4)])}
    ) WITHOUT ROWID`,
    'CREATE INDEX calls_by_session ON calls (session)',
    `CREATE TABLE hours (agent TEXT NOT NULL, hour INTEGER NOT NULL, ${counts(SUMS)}, PRIMARY KEY (agent, hour)) WITHOUT ROWID`,
    `CREATE TABLE timings (
      agent TEXT NOT NULL, kind TEXT NOT NULL, hour INTEGER NOT NULL, region TEXT NOT NULL, ${counts(bucketNames)},
      PRIMARY KEY (agent, kind, hour, region)
    ) WITHOUT ROWID`,
    `CREATE TRIGGER call_added AFTER INSERT ON calls BEGIN
      ${addToHours((sum) => shareOf(sum, 'NEW'))}
      ${addToTimings('connect', 'NEW.connect_times', null)}
      ${addToTimings('tool', 'NEW.tool_times', null)}
    END`,
    `CREATE TRIGGER call_changed AFTER UPDATE ON calls BEGIN
      ${addToHours((sum) => `${shareOf(sum, 'NEW')} - ${shareOf(sum, 'OLD')}`)}
      ${addToTimings('connect', 'NEW.connect_times', 'OLD.connect_times')}
      ${addToTimings('tool', 'NEW.tool_times', 'OLD.tool_times')}
    END`,
  ],
  [
    'ALTER TABLE sessions ADD COLUMN rating INTEGER',
    ...Object.keys(RATED).map((sum) => `ALTER TABLE hours ADD COLUMN ${sum} INTEGER NOT NULL DEFAULT 0`),
    `CREATE TRIGGER session_added AFTER INSERT ON sessions WHEN NEW.rating IS NOT NULL BEGIN
      ${addRating((share) => share('NEW'))}
    END`,
    `CREATE TRIGGER session_changed AFTER UPDATE OF rating ON sessions WHEN NEW.rating IS NOT OLD.rating BEGIN
      ${addRating((share) => `${share('NEW')} - ${share('OLD')}`)}
    END`,
  ],
]
