/**
 * The promises of design.md section 5 that can be seen from outside, each as a function from what was seen to what is wrong
 * with it. Numbers are those of design.md; 8 and 10 are promises of the widget and need a browser (test/e2e).
 */
import type { Item } from '../../protocol/item.ts'
import type { JournalEntry } from '../../simulator/journal.ts'
import type { LedgerRows, SessionRows } from './arena.ts'
import { noOrphan, oneLiveCall, retriesAreFree } from './promises-calls.ts'
import { spendingIsBounded } from './promises-money.ts'
import { alwaysAWayToTalk, clearErrors, noSecretLeaves, privacy } from './promises-outside.ts'
import { resultsAreKept, toolsRunOnce } from './promises-tools.ts'
import { historyIsTrusted, nothingIsLost } from './promises-words.ts'
import type { Conversation } from './upstream.ts'
import type { VisitorLog } from './visitor.ts'

/** What was seen of one session, when a minute had passed after everybody was gone. */
export interface Evidence {
  /** The last thing that was said after the fault was answered. */
  answered: boolean
  visitors: VisitorLog[]
  transcript: Item[]
  /** The provider's. */
  journal: JournalEntry[]
  calls: SessionRows['calls']
  ledger: LedgerRows
  /** Calls and sockets that the provider still has. */
  stillLive: string[]
  /** What the calls consisted of at the provider just before everybody left. */
  atProvider: Conversation[]
  brokerLog: string[]
  /** Texts that a hostile page has put into a call. */
  forged: string[]
  /** When the broker has lost its memory (ms since 1970): what it had not acknowledged then may be gone. */
  crashes: number[]
  /** A request to the provider got no answer: it may have taken effect there. */
  unanswered: boolean
}

export interface Violation {
  promise: number
  what: string
}

type Check = (evidence: Evidence) => string[]

export const PROMISES: Readonly<Record<number, { name: string; check: Check }>> = {
  1: {
    name: 'nothing acknowledged is lost, doubled or reordered',
    check: (seen) => [...nothingIsLost(seen), ...resultsAreKept(seen)],
  },
  2: { name: 'one live call per session', check: oneLiveCall },
  3: { name: 'no secret leaves', check: noSecretLeaves },
  4: { name: 'spending is bounded', check: spendingIsBounded },
  5: { name: 'no orphan', check: noOrphan },
  6: { name: 'retries are free', check: (seen) => [...retriesAreFree(seen), ...toolsRunOnce(seen)] },
  7: { name: 'history is trusted', check: historyIsTrusted },
  9: { name: 'there is always a way to talk', check: alwaysAWayToTalk },
  11: { name: 'a clear error', check: clearErrors },
  12: { name: 'privacy: words are sealed', check: privacy },
}

export function violations(evidence: Evidence): Violation[] {
  return Object.entries(PROMISES).flatMap(([promise, { check }]) =>
    check(evidence).map((what) => ({ promise: Number(promise), what })),
  )
}
