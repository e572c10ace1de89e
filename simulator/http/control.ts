/** The simulator's own routes: faults, the journal, live calls. */
import type { Registry } from '../calls/registry.ts'
import type { Faults } from '../faults.ts'
import type { Journal } from '../journal.ts'
import { Refusal } from '../refusal.ts'
import { type Answer, type Ask, readJson } from './exchange.ts'

export async function injectFault(ask: Ask, faults: Faults): Promise<Answer> {
  const fault = await readJson(ask)
  faults.inject(fault)
  ask.note({ fault })
  return { status: 204 }
}

/** JSON Lines; `?after=n` leaves out entries up to number n. */
export function showJournal(ask: Ask, journal: Journal): Answer {
  const after = Number(ask.query.get('after') ?? 0)
  if (!Number.isInteger(after) || after < 0) {
    throw new Refusal('invalid_value', "Invalid 'after': expected the number of a journal entry.", 'after')
  }
  return { status: 200, headers: { 'Content-Type': 'application/x-ndjson' }, body: journal.after(after) }
}

export function showCalls(calls: Registry): Answer {
  return { status: 200, body: calls.describe() }
}
