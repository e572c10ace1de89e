/**
 * What is written into the index. Every row carries a version that only grows, and an older one changes nothing: so a write
 * may be repeated, or come late. A call's sums never shrink: a session's object that was restarted counts anew from
 * nothing, and what it has counted before is here.
 */
import type { EndReason } from '../../protocol/frames.ts'

export interface CallRecord {
  id: string
  session: string
  agent: string
  /** `text`: a conversation in writing. `second`: a call that was to take over from another and never did. */
  kind: 'call' | 'text' | 'second'
  path: 'webrtc' | 'relay' | 'text'
  /** Continent, `''` where it is not known. */
  region: string
  /** ms since 1970 */
  started_at: number
  ended_at: number | null
  reason: EndReason | null
  /** JSON: counts by the number of the bucket (buckets.ts). */
  connect_times: string
  tool_times: string
  version: number
  /** 1: the call before it had lost its connection. */
  reconnect: number
  ms: number
  /** Micro-dollars: all, and the parts of it that are known. */
  micro_usd: number
  audio_micro: number
  text_micro: number
  image_micro: number
  words_micro: number
  tokens_in: number
  tokens_cached: number
  tools: number
  tool_errors: number
  left_after_tool: number
}

export interface SessionRecord {
  id: string
  agent: string
  started_at: number
  last_at: number
  reason: EndReason | null
  version: number
  calls: number
  ms: number
  micro_usd: number
  turns: number
  tools: number
  interruptions: number
  reconnects: number
  dead_letters: number
  /** 1: good, 0: bad, null: nobody has said. */
  rating: 0 | 1 | null
}

const GROWING = [
  ...['ms', 'micro_usd', 'audio_micro', 'text_micro', 'image_micro', 'words_micro', 'tokens_in', 'tokens_cached'],
  ...['tools', 'tool_errors', 'left_after_tool'],
] as const

export function writeCall(db: D1Database, call: CallRecord): D1PreparedStatement {
  const changes = [
    ...['kind', 'ended_at', 'reason', 'version', 'reconnect'].map((name) => `${name} = excluded.${name}`),
    ...GROWING.map((name) => `${name} = MAX(calls.${name}, excluded.${name})`),
    "connect_times = CASE WHEN calls.connect_times = '{}' THEN excluded.connect_times ELSE calls.connect_times END",
    'tool_times = CASE WHEN excluded.tools >= calls.tools THEN excluded.tool_times ELSE calls.tool_times END',
  ]
  return upsert(db, 'calls', call, changes)
}

export function writeSession(db: D1Database, session: SessionRecord): D1PreparedStatement {
  const fixed = ['id', 'agent', 'started_at']
  const changes = Object.keys(session).flatMap((name) => (fixed.includes(name) ? [] : [`${name} = excluded.${name}`]))
  return upsert(db, 'sessions', session, changes)
}

/** Everything of a session. The sums of hours stay: they tell of nobody. */
export function eraseSession(db: D1Database, id: string): D1PreparedStatement[] {
  return [
    db.prepare('DELETE FROM calls WHERE session = ?').bind(id),
    db.prepare('DELETE FROM sessions WHERE id = ?').bind(id),
  ]
}

function upsert(
  db: D1Database,
  table: 'calls' | 'sessions',
  row: CallRecord | SessionRecord,
  changes: readonly string[],
): D1PreparedStatement {
  const names = Object.keys(row)
  const statement = `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})
    ON CONFLICT (id) DO UPDATE SET ${changes.join(', ')} WHERE excluded.version > ${table}.version`
  return db.prepare(statement).bind(...Object.values(row))
}
