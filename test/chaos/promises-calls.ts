/** Promises about calls: one at a time (2), none is left behind (5), retries make no more of them (6). */
import { isCreate, type OpenedCall, openedCalls } from './journal.ts'
import type { Evidence } from './promises.ts'

/**
 * 2: the older one's hang-up is sent before the newer one is asked for. Which is older the session's numbers tell: a request
 * for an older one may reach the provider late, and what comes of it is hung up as soon as the session hears, and never
 * carried. A call of which no row knows was told to nobody and cannot connect. A widget with an older token is told.
 */
export function oneLiveCall({ journal, visitors, calls }: Evidence): string[] {
  const opened = openedCalls(journal)
  const number = ({ ref }: OpenedCall) => calls.find((call) => call.ref === ref)?.generation ?? Number.NaN
  const overlaps = opened.flatMap((newer) =>
    opened.flatMap((older) => {
      if (!(number(older) < number(newer))) return []
      const known = older.attached !== null && older.attached < newer.asked
      const over = Math.min(older.hangUp ?? Number.POSITIVE_INFINITY, older.ended ?? Number.POSITIVE_INFINITY)
      return known && over > newer.asked ? [`${newer.ref} was asked for before ${older.ref} was hung up`] : []
    }),
  )
  const carried = opened.flatMap(({ ref, attached, hangUp, ended }) =>
    attached === null ? [] : [{ ref, attached, over: Math.min(hangUp ?? Infinity, ended ?? Infinity) }],
  )
  const together = carried.flatMap((one, i) =>
    carried
      .slice(0, i)
      .filter((other) => one.attached < other.over && other.attached < one.over)
      .map((other) => `${other.ref} and ${one.ref} were carried at the same time`),
  )
  const live = calls.filter(({ state }) => state === 'live' || state === 'opening')
  return [
    ...overlaps,
    ...together,
    ...notSuperseded(visitors),
    ...(live.length > 1 ? ['two calls are live in the rows'] : []),
  ]
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
  const sockets = journal.filter(
    ({ state, transport, call }) => state === 'opened' && transport === 'websocket' && stillLive.includes(String(call)),
  )
  return [
    ...left.map(({ ref }) => `${ref} was not hung up`),
    ...sockets.map(({ call }) => `the text line ${call} is still open`),
  ]
}

/** 6: one session and one call for one key, however often it is sent. */
export function retriesAreFree({ journal, visitors, crashes, unanswered }: Evidence): string[] {
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
