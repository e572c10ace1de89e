/**
 * A red cell keeps what was seen in a file: the broken promises, then everything in the order of time, from the provider's
 * journal, the broker's log, the visitors and the fault. A rare failure can be explained with it that does not come back.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inProject } from '../../scripts/lib/paths.ts'
import type { JournalEntry } from '../../simulator/journal.ts'
import { API_KEY, DEPLOYMENT_SECRET } from './constants.ts'
import { eventOf } from './journal.ts'
import type { Note } from './trail.ts'

/** Not in git. */
const FOLDER = inProject('.parley/chaos')

export interface Seen {
  name: string
  seed: number
  /** What was wrong, in words. */
  found: readonly string[]
  journal: readonly JournalEntry[]
  notes: readonly Note[]
  /** How things stood in the end: transcript, rows, books. */
  end: object
}

/** Answers the file's path. */
export function keep(seen: Seen): string {
  mkdirSync(FOLDER, { recursive: true })
  const day = new Date().toISOString().replace(/[:.]/g, '-')
  const file = join(FOLDER, `${day}_${seen.seed}.txt`)
  writeFileSync(file, written(seen))
  return file
}

/** In short along the time, and at the end in full. */
export function written({ name, seed, found, journal, notes, end }: Seen): string {
  const told = journal.map((entry): Note => ({ t: entry.t, who: 'provider', what: inShort(entry) }))
  const all = [...told, ...notes].sort((one, other) => one.t - other.t)
  const began = all[0]?.t ?? 0
  const lines = all.map(({ t, who, what }) => `${String(t - began).padStart(6)} ms  ${who.padEnd(9)} ${what}`)
  const head = [name, `seed ${seed}, began at ${began} (ms since 1970)`, ...found]
  const full = journal.map((entry) => JSON.stringify(entry))
  return withoutSecrets(
    [...head, '', ...lines, '', 'The end', JSON.stringify(end, null, 1), '', 'The journal', ...full, ''].join('\n'),
  )
}

function inShort(entry: JournalEntry): string {
  const { n, kind, call, direction, path, method, status, state, channel, t, ...more } = entry
  const event = eventOf(entry)
  if (kind === 'request') return `${n} ${method} ${path} → ${status} ${call ?? ''}`
  if (!event) return `${n} ${call} ${state} ${JSON.stringify(more)}`
  const { item, response, item_id, response_id, previous_item_id, delta } = event
  const details = { item: item?.id ?? item_id, after: previous_item_id, response: response?.id ?? response_id, delta }
  const what = { ...details, status: response?.status, refused: entry.refused }
  return `${n} ${call} ${channel} ${direction === 'in' ? '←' : '→'} ${event.type} ${JSON.stringify(what)}`
}

/** Keys and tokens of a test open nothing, but whoever looks for leaked ones shall not find them here. */
function withoutSecrets(text: string): string {
  return text
    .replaceAll(API_KEY, '[key]')
    .replaceAll(DEPLOYMENT_SECRET, '[secret]')
    .replace(/(ses_\w{22}\.\d+)\.[\w-]{43}/g, '$1.[signature]')
    .replace(/\bek_\w+/g, '[client secret]')
}
