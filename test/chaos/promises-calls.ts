/** Promises about calls: one at a time (2), none is left behind (5), retries make no more of them (6). */
import { inWords, isCreate, type OpenedCall, openedCalls, openedSockets, UNDER_WAY_MS } from './journal.ts'
import type { Evidence } from './promises.ts'

/** In a rollover two calls may be there for so long (ms). */
const OVERLAP_MS = 10_000

/**
 * 2: the older one's hang-up is sent before the newer one is asked for, but for a rollover. Which is older the session's
 * numbers tell: a request for an older one may reach the provider late, and what comes of it is hung up as soon as the
 * session hears, and never carried. A call of which no row knows was told to nobody and cannot connect. A widget with an
 * older token is told.
 */
export function oneLiveCall(evidence: Evidence): string[] {
  const { journal, visitors, calls } = evidence
  const unknown = Number.MAX_SAFE_INTEGER
  const number = ({ ref }: OpenedCall) => calls.find((call) => call.ref === ref)?.generation ?? unknown
  const opened = openedCalls(journal).sort((one, other) => number(one) - number(other))
  const together = opened.flatMap((newer, i) =>
    opened.slice(0, i).flatMap((older) => {
      if (follows(older, newer, evidence)) return tooLongTogether(older, newer, evidence)
      const numbered = number(older) < number(newer) && number(newer) < unknown
      const known = older.attached !== null && older.attached < newer.asked
      const early = numbered && known && older.over > newer.asked
      return [
        ...(early ? [`${newer.ref} was asked for before ${older.ref} was hung up`] : []),
        ...(areCarried(older, newer) ? [`${older.ref} and ${newer.ref} were carried at the same time`] : []),
      ]
    }),
  )
  const live = calls.filter(({ state }) => state === 'live' || state === 'opening')
  return [
    ...together,
    ...besideTheRelay(evidence),
    ...notSuperseded(visitors),
    ...(live.length > 1 ? ['two calls are live in the rows'] : []),
  ]
}

function areCarried(one: OpenedCall, other: OpenedCall): boolean {
  if (one.attached === null || other.attached === null) return false
  return one.attached < other.over && other.attached < one.over
}

/** A relayed call is a socket of ours. It was closed when the next call began, but for what a goodbye takes to arrive. */
function besideTheRelay({ journal }: Evidence): string[] {
  const relayed = openedSockets(journal).filter(({ kind }) => kind === 'relayed call')
  const at = new Map(journal.map(({ n, t }) => [n, t]))
  const carried = openedCalls(journal).flatMap(({ ref, attached, overAt }) =>
    attached === null ? [] : [{ ref, openedAt: at.get(attached) ?? 0, overAt }],
  )
  return relayed.flatMap((one, i) =>
    [...relayed.slice(0, i), ...carried]
      .filter((other) => Math.min(one.overAt, other.overAt) - Math.max(one.openedAt, other.openedAt) > UNDER_WAY_MS)
      .map((other) => `${other.ref} and the relayed call ${one.ref} were carried at the same time`),
  )
}

/** The newer one was begun beside the older to take its place, whether or not it did. */
function follows(older: OpenedCall, newer: OpenedCall, { calls, brokerLog }: Evidence): boolean {
  const [first, second] = [older, newer].map(({ ref }) => calls.find((call) => call.ref === ref))
  if (!first || !second) return false
  const tookOver = `"code":"rolled_over"[^\n]*"call":"${first.id}","into":"${second.id}"`
  return second.follows === first.id || brokerLog.some((line) => new RegExp(tookOver).test(line))
}

/**
 * By real time, and what the session's clock was let go on (inside/clock.ts) from where the newer one was begun to where one
 * of them was ended: until the hang-up arrives, only real time goes by.
 */
function tooLongTogether(older: OpenedCall, newer: OpenedCall, { calls, brokerLog }: Evidence): string[] {
  const [first, second] = [older, newer].map(({ ref }) => calls.find((call) => call.ref === ref)?.id)
  const begun = brokerLog.findIndex((line) => line.includes(`"chaos":"begun","call":"${second}"`))
  const ended = brokerLog.findIndex((line) =>
    new RegExp(`"(call_ended|rolled_over)".*"call":"(${first}|${second})"`).test(line),
  )
  const between = brokerLog.slice(begun, ended === -1 ? undefined : ended)
  const passed = between.reduce((sum, line) => sum + Number(/"chaos":"passed","ms":(\d+)/.exec(line)?.[1] ?? 0), 0)
  const ms = Math.min(older.overAt, newer.overAt) - newer.askedAt + passed
  return ms > OVERLAP_MS ? [`${older.ref} and ${newer.ref} were there together for ${ms} ms`] : []
}

/** Sockets with an older token that were open when a newer one was welcomed, and were not told. */
function notSuperseded(visitors: Evidence['visitors']): string[] {
  const sockets = visitors.flatMap((visitor) => visitor.sockets)
  const newest = Math.max(...sockets.filter(({ frames }) => frames.length > 0).map(({ generation }) => generation), 0)
  return sockets.flatMap(({ generation, frames, openAtEnd }) => {
    const told = frames.some((frame) => frame.type === 'notice' && frame.code === 'superseded')
    return generation < newest && openAtEnd && !told
      ? [`a socket of generation ${generation} was not told of ${newest}`]
      : []
  })
}

/** 5: hung up within a minute. A call that the broker never learned of was told to nobody, and cannot connect. */
export function noOrphan({ journal, stillLive, calls }: Evidence): string[] {
  const left = openedCalls(journal).filter(
    ({ ref, ended, attached }) => ended === null && (attached !== null || calls.some((call) => call.ref === ref)),
  )
  const sockets = openedSockets(journal).filter(({ ref }) => stillLive.includes(ref))
  return [
    ...left.map(({ ref }) => `${ref} was not hung up`),
    ...sockets.map((socket) => `${inWords(socket)} is still open`),
  ]
}

/** 6: one session and one call for one key, however often it is sent. */
export function retriesAreFree({ journal, visitors, calls, crashes, unanswered }: Evidence): string[] {
  const exchanges = visitors.flatMap((visitor) => visitor.exchanges).filter(({ key }) => key !== null)
  const keys = new Set(exchanges.map(({ key }) => key))
  const several = [...keys].flatMap((key) => {
    const made = exchanges.filter((exchange) => exchange.key === key && exchange.status === 201)
    const distinct = (name: string) => new Set(made.map(({ body }) => body?.[name])).size
    return distinct('session') > 1 || distinct('call') > 1
      ? [`the key ${key} made ${made.length} different things`]
      : []
  })
  // What a crash or a lost answer leaves at the provider cannot connect, and is not known to us.
  const givenUp = exchanges.some(({ body }) => body?.code === 'provider_unreachable')
  if (crashes.length > 0 || unanswered || givenUp) return several
  const relayed = calls.filter((call) => call.relayed).length
  const sockets = openedSockets(journal).filter(({ kind }) => kind === 'relayed call').length
  if (sockets > relayed) several.push(`${sockets} relayed calls at the provider for ${relayed} of ours`)
  const asking = exchanges.filter(({ path }) => /^\/v1\/sessions(\/ses_\w+\/calls)?$/.test(path))
  const wanted = new Set(asking.map(({ key }) => key)).size
  // One that we failed to keep, and hung up before anybody heard of it, is as good as none.
  const failed = exchanges.some(({ status }) => status === 500)
  const unheard = !failed
    ? 0
    : openedCalls(journal).filter(({ attached, hangUp }) => attached === null && hangUp !== null).length
  const asked = journal.filter(
    ({ kind, path, status }) => kind === 'request' && isCreate(path) && status === 201,
  ).length
  const made = asked - unheard
  return made > wanted ? [...several, `${made} calls at the provider for ${wanted} requests`] : several
}
