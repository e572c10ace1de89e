/** What the simulator's journal must never show, whatever happened. */
import { expect } from '@playwright/test'
import type { JournalEntry } from './simulator-control.ts'

interface ProviderEvent {
  type: string
  item?: { id?: string; content?: { type: string }[] }
  [more: string]: unknown
}

export const eventOf = (entry: JournalEntry): ProviderEvent | undefined => entry.event as ProviderEvent | undefined

/** Events of one type, in order. */
export function events(journal: JournalEntry[], type: string, direction?: 'in' | 'out'): JournalEntry[] {
  return journal.filter(
    (entry) => eventOf(entry)?.type === type && (direction === undefined || entry.direction === direction),
  )
}

/** The goodbye of a relayed call, a socket, and the opening of the next one travel side by side; so long (ms) it may take. */
const GOODBYE_MS = 500

/** Promise 2, for a journal of one session: a call begins only when the one before it was over. */
export function expectOneCallAtATime(journal: JournalEntry[]): void {
  const live = new Set<string>()
  let opened = 0
  const calls = journal.filter((one) => one.kind === 'call' && one.call)
  for (const entry of calls) {
    if (entry.state === 'opened') {
      live.add(String(entry.call))
      opened += 1
      for (const older of live) if (older !== entry.call && leaves(older, entry, calls)) live.delete(older)
    }
    if (entry.state === 'ended') live.delete(String(entry.call))
    expect([...live].length, `live calls at entry ${entry.n}`).toBeLessThanOrEqual(1)
  }
  expect(opened, 'calls to judge by').toBeGreaterThan(0)
}

function leaves(call: string, newer: JournalEntry, calls: JournalEntry[]): boolean {
  const end = calls.find((one) => one.call === call && one.state === 'ended')
  const isRelayed = calls.some((one) => one.call === call && one.state === 'opened' && one.transport === 'websocket')
  return isRelayed && end !== undefined && end.t - newer.t < GOODBYE_MS
}

/** Promise 2, for a rollover: the longest time that two calls existed (ms), and never three. */
export function longestOverlap(journal: JournalEntry[]): number {
  const live = new Map<string, number>()
  let longest = 0
  for (const entry of journal.filter((one) => one.kind === 'call' && one.call)) {
    const call = String(entry.call)
    if (entry.state === 'opened') live.set(call, entry.t)
    expect(live.size, `live calls at entry ${entry.n}`).toBeLessThanOrEqual(2)
    if (entry.state !== 'ended') continue
    const began = live.get(call) ?? entry.t
    live.delete(call)
    for (const since of live.values()) longest = Math.max(longest, entry.t - Math.max(since, began))
  }
  return longest
}

/** Promise 7: what the broker puts into a call is text, said by the visitor or heard from the assistant. */
export function expectSeedsAreText(journal: JournalEntry[]): void {
  const kinds = events(journal, 'conversation.item.create', 'in').flatMap((entry) =>
    (eventOf(entry)?.item?.content ?? []).map((part) => part.type),
  )
  expect([...new Set(kinds)].sort()).toEqual(['input_text', 'output_text'])
}
