/** Reading the provider's journal. */
import type { JournalEntry } from '../../simulator/journal.ts'

export interface ProviderEvent {
  type: string
  item?: { id?: string; role?: string; content?: { type: string; text?: string }[] }
  response?: {
    id?: string
    status?: string
    usage?: unknown
    output?: { id: string; content?: { transcript?: string }[] }[]
  }
  [more: string]: unknown
}

export const eventOf = (entry: JournalEntry) => (entry.kind === 'event' ? (entry.event as ProviderEvent) : undefined)

/** Events of one type that the provider has sent (`out`) to the broker, or got from it (`in`) and not refused. */
export function events(journal: JournalEntry[], type: string, direction: 'in' | 'out'): JournalEntry[] {
  return journal.filter(
    (entry) =>
      entry.direction === direction &&
      entry.channel !== 'data_channel' &&
      entry.refused === undefined &&
      eventOf(entry)?.type === type,
  )
}

/** So long (ms) before its socket is closed an event may be on its way to a broker that listens no more. */
export const UNDER_WAY_MS = 100

/**
 * The socket of this event was closed right after it was sent: perhaps nobody has read it.
 * @param letGoAt when the broker says that it let go of a call, by the provider's name of it: the provider may learn of it late
 */
export function perhapsUnread(
  entry: JournalEntry,
  journal: JournalEntry[],
  letGoAt: ReadonlyMap<string, number>,
): boolean {
  const letGo = letGoAt.get(String(entry.call))
  if (letGo !== undefined && Math.abs(letGo - entry.t) < UNDER_WAY_MS) return true
  return journal.some(
    ({ n, t, call, state }) =>
      n > entry.n &&
      t - entry.t < UNDER_WAY_MS &&
      call === entry.call &&
      (state === 'sideband_detached' || state === 'ended'),
  )
}

export interface OpenedCall {
  ref: string
  /** When it was asked for (ms since 1970). */
  askedAt: number
  /** Number of the request that asked for it. */
  asked: number
  opened: number
  /** When the broker was seen to know it: its sideband came. */
  attached: number | null
  /** When its hang-up was asked for. */
  hangUp: number | null
  /** When it was hung up or ended, whatever came first: number, and ms since 1970. Infinite where it never was. */
  over: number
  overAt: number
  ended: number | null
}

/** The WebRTC calls, in the order in which they were opened. */
export function openedCalls(journal: JournalEntry[]): OpenedCall[] {
  const find = (fits: (entry: JournalEntry) => boolean) => journal.find(fits)?.n ?? null
  const timeOf = (number: number) => journal.find(({ n }) => n === number)?.t ?? Number.POSITIVE_INFINITY
  return journal
    .filter((entry) => entry.kind === 'call' && entry.state === 'opened' && entry.transport === 'webrtc')
    .map((entry) => {
      const ref = String(entry.call)
      const asked = find(({ kind, path, call }) => kind === 'request' && isCreate(path) && call === ref) ?? entry.n
      const hangUp = find(({ path }) => path === `/v1/realtime/calls/${ref}/hangup`)
      const ended = find(({ state, call }) => state === 'ended' && call === ref)
      const over = Math.min(hangUp ?? Number.POSITIVE_INFINITY, ended ?? Number.POSITIVE_INFINITY)
      return {
        ...{ ref, asked, hangUp, ended, over },
        askedAt: timeOf(asked),
        overAt: timeOf(over),
        opened: entry.n,
        attached: find(({ state, call }) => state === 'sideband_attached' && call === ref),
      }
    })
}

/** A socket that is a whole conversation: in writing, or the sound of a relayed call. */
export interface OpenedSocket {
  ref: string
  /** `unused`: closed before it was told what it is for. */
  kind: 'relayed call' | 'text line' | 'unused socket'
  /** ms since 1970; `overAt` is infinite where it never was. */
  openedAt: number
  overAt: number
}

export function openedSockets(journal: JournalEntry[]): OpenedSocket[] {
  return journal
    .filter(({ state, transport }) => state === 'opened' && transport === 'websocket')
    .map(({ call, t }) => {
      const configured = events(journal, 'session.update', 'in').find((entry) => entry.call === call)
      const ended = journal.find((entry) => entry.state === 'ended' && entry.call === call)
      return {
        ref: String(call),
        kind: kindOf(configured),
        openedAt: t,
        overAt: ended?.t ?? Number.POSITIVE_INFINITY,
      }
    })
}

function kindOf(configured: JournalEntry | undefined): OpenedSocket['kind'] {
  if (!configured) return 'unused socket'
  return JSON.stringify(configured.event).includes('"output_modalities":["audio"]') ? 'relayed call' : 'text line'
}

export const inWords = ({ kind, ref }: OpenedSocket) => `the ${kind} ${ref}`

export const isCreate = (path: unknown) => path === '/v1/realtime/calls'
