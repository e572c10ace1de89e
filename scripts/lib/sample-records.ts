/** Thirty days of a believable website in the index of a broker that is not running: for pictures and for looking at the console. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bucketOf } from '../../worker/records/buckets.ts'
import { MIGRATIONS } from '../../worker/records/schema.ts'
import { inProject } from './paths.ts'
import { runQuietly } from './processes.ts'
import { quietWrangler, wranglerProgram } from './wrangler.ts'

const HOUR_MS = 3_600_000
const DAYS = 30
const CONTINENTS = ['EU', 'EU', 'EU', 'EU', 'NA', 'NA', 'AS', 'SA', 'OC']

/** @param stateDir `--persist-to` of the broker. @param now ms since 1970: the newest calls are from then */
export async function fillRecords(stateDir: string, now: number): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'parley-sample-'))
  try {
    const file = join(dir, 'sample.sql')
    writeFileSync(file, sampleSql(now))
    const where = ['--local', '--persist-to', stateDir, '--config', inProject('wrangler.toml')]
    const args = [wranglerProgram, 'd1', 'execute', 'RECORDS', ...where, '--yes', '--file', file]
    const { code, output } = await runQuietly(process.execPath, args, quietWrangler)
    if (code !== 0) throw new Error(`The sample could not be written:\n${output}`)
  } finally {
    rmSync(dir, { recursive: true })
  }
}

function sampleSql(now: number): string {
  const schema = MIGRATIONS.flatMap((statements, step) => [
    ...statements,
    `INSERT INTO migrations (step, at) VALUES (${step}, ${now})`,
  ])
  const table = 'CREATE TABLE migrations (step INTEGER PRIMARY KEY, at INTEGER NOT NULL)'
  return [table, ...schema, ...sampleRows(now)].map((statement) => `${statement};\n`).join('')
}

function sampleRows(now: number): string[] {
  const random = generator(7)
  const statements: string[] = []
  for (let hour = DAYS * 24 - 1; hour >= 0; hour--) {
    const at = now - hour * HOUR_MS
    const calls = Math.round(busyness(at) * (0.6 + random()) * 4)
    for (let n = 0; n < calls; n++)
      statements.push(...oneCall(at - Math.floor(random() * HOUR_MS), statements.length, random))
  }
  return statements
}

/** A shop: busy by day and evening, quiet at night, less on weekends. 0…1 */
function busyness(at: number): number {
  const date = new Date(at)
  const hour = date.getUTCHours()
  const day = Math.max(0, Math.sin(((hour - 6) / 17) * Math.PI)) ** 1.3
  return day * ([0, 6].includes(date.getUTCDay()) ? 0.55 : 1)
}

function oneCall(startedAt: number, n: number, random: () => number): string[] {
  const agent = random() < 0.72 ? 'concierge' : 'tutor'
  const minutes = (agent === 'tutor' ? 4 : 1.5) + random() ** 2 * 6
  const ms = Math.round(minutes * 60_000)
  const luck = random()
  const reason =
    luck < 0.02
      ? 'dropped'
      : luck < 0.03
        ? 'provider'
        : luck < 0.1
          ? 'idle'
          : luck < 0.2
            ? 'widget_gone'
            : luck < 0.45
              ? 'assistant'
              : 'visitor'
  const audio = Math.round(minutes * (38_000 + random() * 16_000))
  const text = Math.round(minutes * 3_500)
  const image = random() < 0.06 ? 4_000 : 0
  const words = Math.round(minutes * 2_700)
  const cost = audio + text + image + words
  const tools = agent === 'concierge' && random() < 0.45 ? 1 + Math.floor(random() * 3) : 0
  const connect = bucketOf(260 + random() ** 3 * 2200)
  const tool = bucketOf(180 + random() ** 4 * 6000)
  const region = CONTINENTS[Math.floor(random() * CONTINENTS.length)]
  const tokens = Math.round(minutes * 9_000)
  const reconnect = random() < 0.03 ? 1 : 0
  const turns = Math.round(minutes * 4)
  const id = String(n).padStart(22, '0')
  const ended = startedAt + ms
  const path = random() < 0.07 ? 'relay' : 'webrtc'
  return [
    `INSERT INTO calls (id, session, agent, kind, path, region, started_at, ended_at, reason, connect_times, tool_times, version,
      reconnect, ms, micro_usd, audio_micro, text_micro, image_micro, words_micro, tokens_in, tokens_cached, tools, tool_errors, left_after_tool)
     VALUES ('call_${id}', 'ses_${id}', '${agent}', 'call', '${path}', '${region}', ${startedAt}, ${ended}, '${reason}',
      '{"${connect}":1}', '${tools ? `{"${tool}":${tools}}` : '{}'}', 1, ${reconnect}, ${ms}, ${cost}, ${audio}, ${text}, ${image},
      ${words}, ${tokens}, ${Math.round(tokens * (0.62 + random() * 0.25))}, ${tools}, 0, ${tools && random() < 0.05 ? 1 : 0})`,
    `INSERT INTO sessions (id, agent, started_at, last_at, reason, version, calls, ms, micro_usd, turns, tools, interruptions, reconnects, dead_letters)
     VALUES ('ses_${id}', '${agent}', ${startedAt}, ${ended}, '${reason}', 1, ${1 + reconnect}, ${ms}, ${cost}, ${turns}, ${tools},
      ${Math.floor(random() * 3)}, ${reconnect}, 0)`,
  ]
}

/** The same numbers each time (mulberry32), 0…1. */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
