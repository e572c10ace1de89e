/** Promise 4: money is set aside before the provider is asked, and what is charged is at least what the provider bills. */
import { costOf } from '../../worker/ledger/cost.ts'
import { modelPrice, readPrices } from '../../worker/ledger/prices.ts'
import { readUsage } from '../../worker/provider/openai/usage.ts'
import { eventOf, events, inWords, openedCalls, openedSockets, perhapsUnread, UNDER_WAY_MS } from './journal.ts'
import type { Evidence } from './promises.ts'

const MODEL = 'gpt-realtime-2.1'

export function spendingIsBounded(evidence: Evidence): string[] {
  return [...unreserved(evidence), ...undercharged(evidence), ...overcharged(evidence)]
}

/** Calls and text lines that were opened although the ledger had granted nothing. */
function unreserved({ journal, brokerLog, calls }: Evidence): string[] {
  const grants = brokerLog.flatMap(readGrant)
  const opened = openedCalls(journal)
  const without = opened.flatMap(({ ref, asked }) => {
    const row = calls.find((call) => call.ref === ref)
    const at = journal.find(({ n }) => n === asked)?.t ?? 0
    // Of a call that no row knows only that somebody had asked for money.
    const held = grants.some(({ lease, time }) => (row ? lease === row.id : true) && time <= at)
    return held ? [] : [`${ref} was asked for before money was set aside`]
  })
  const relayed = new Set(calls.flatMap((call) => (call.relayed ? [call.id] : [])))
  const freely = openedSockets(journal).filter(({ kind, openedAt }) => {
    const isIts = (lease: string) =>
      (kind !== 'text line' && relayed.has(lease)) || (kind !== 'relayed call' && lease.startsWith('ses_'))
    return !grants.some(({ lease, time }) => isIts(lease) && time <= openedAt)
  })
  return [...without, ...freely.map((socket) => `${inWords(socket)} was opened without money set aside`)]
}

/** inside/entry.ts logs each lease that a ledger grants, with the time (ms since 1970). */
function readGrant(line: string): { lease: string; time: number }[] {
  const [, lease, time] = /^\{"chaos":"granted","lease":"(\w+)","time":(\d+)\}/.exec(line) ?? []
  return lease && time ? [{ lease, time: Number(time) }] : []
}

interface Bill {
  microUsd: number
  /** Of that, what the broker has surely read. */
  surely: number
  /** Of each answer that it has surely read. */
  costs: readonly number[]
  /** Each answer that was begun was heard of to its end. */
  complete: boolean
}

/** By what the provider has told the broker. Each answer once, however often it was told. */
function billed({ journal, crashes, letGoAt }: Evidence): Bill {
  const price = modelPrice(readPrices(''), MODEL)
  const done = new Map<string, number>()
  const read = new Map<string, number>()
  for (const entry of events(journal, 'response.done', 'out')) {
    const { id, usage } = eventOf(entry)?.response ?? {}
    if (!id || !usage) continue
    const cost = costOf(readUsage(usage as Parameters<typeof readUsage>[0]), price)
    done.set(id, cost)
    // After a restart all that was set aside counts as spent, and so covers whatever was under way then.
    const covered = crashes.some((time) => Math.abs(time - entry.t) < UNDER_WAY_MS)
    if (covered || !perhapsUnread(entry, journal, letGoAt)) read.set(id, cost)
  }
  const begun = new Set(events(journal, 'response.created', 'out').map((entry) => String(eventOf(entry)?.response?.id)))
  const sum = (costs: Map<string, number>) => [...costs.values()].reduce((total, cost) => total + cost, 0)
  return {
    microUsd: sum(done),
    surely: sum(read),
    costs: [...read.values()],
    complete: [...begun].every((id) => done.has(id)),
  }
}

function undercharged(evidence: Evidence): string[] {
  const { spent, leases } = evidence.ledger
  const charged = spent + leases.reduce((sum, { held }) => sum + held, 0)
  const surely = billed(evidence).surely - dearest(evidence)
  return surely > charged ? [`the provider bills ${surely} and ${charged} were charged (micro-dollars)`] : []
}

/** What the broker says it had to estimate: so many answers at most were billed otherwise. */
function dearest(evidence: Evidence): number {
  const costs = [...billed(evidence).costs].sort((one, other) => other - one)
  return costs.slice(0, estimated(evidence)).reduce((sum, cost) => sum + cost, 0)
}

function estimated({ brokerLog }: Evidence): number {
  return brokerLog.reduce((sum, line) => {
    const [, count] = /"code":"settled".*"uncertain":(\d+)/.exec(line) ?? []
    return sum + Number(count ?? 0)
  }, 0)
}

/**
 * Where nothing was lost and nothing had to be estimated: an answer that is told of twice counts once. (An answer in writing
 * that a call cuts off is told of by the provider when its socket is closed already: that is estimated, and too high.)
 */
function overcharged(evidence: Evidence): string[] {
  const { microUsd, complete } = billed(evidence)
  const lossless =
    complete &&
    estimated(evidence) === 0 &&
    evidence.crashes.length === 0 &&
    !evidence.journal.some(({ state }) => state === 'event_lost')
  if (!lossless) return []
  const { spent } = evidence.ledger
  return spent > microUsd ? [`${spent} were charged for ${microUsd} (micro-dollars), and nothing was lost`] : []
}
