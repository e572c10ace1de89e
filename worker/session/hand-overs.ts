/**
 * Hand-overs of one session: the assistant asks for a person, the site owner's server is told, and what is posted to the
 * reply address becomes part of the conversation. One row each: until when and how often it may be answered.
 */
import { createHash } from 'node:crypto'
import type { HandOverWish } from '../../protocol/hand-over.ts'
import { newId } from '../../protocol/ids.ts'
import type { Item } from '../../protocol/item.ts'
import type { Reply } from '../../protocol/reply.ts'
import type { Events } from '../events/events.ts'
import { issueReplyToken } from '../events/reply-token.ts'
import { LazyTable } from '../lazy-table.ts'
import type { Log } from '../log.ts'
import type { Conversation } from './conversation.ts'
import type { Clock, Sql } from './ports.ts'
import type { Recorder } from './recorder.ts'
import { ok, type Result, refused } from './result.ts'
import type { Store } from './store.ts'

/** More often than this in one conversation nobody is asked. */
const MAX_HAND_OVERS = 10

/** Its table. */
export const HAND_OVERS = 'hand_overs'
export const HAND_OVER_COLUMNS = '(id TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID'

export interface HandOver {
  id: string
  /** The provider's id of the call of the tool. */
  callId: string
  /** ms since 1970 */
  expiresAt: number
  /** Answers that may still come. */
  left: number
}

export interface HandOverPorts {
  sql: Sql
  store: Pick<Store, 'session' | 'item'>
  events: Pick<Events, 'note'>
  recorder: Pick<Recorder, 'personSaid'>
  conversation: () => Pick<Conversation, 'personSaid'>
  clock: Pick<Clock, 'now'>
  log: Log
  /** The deployment's. */
  secret: string
}

export class HandOvers {
  readonly #ports: HandOverPorts
  readonly #rows: LazyTable

  constructor(ports: HandOverPorts) {
    this.#ports = ports
    this.#rows = new LazyTable(ports.sql, HAND_OVERS, HAND_OVER_COLUMNS)
  }

  /** After everything was erased. */
  reset(): void {
    this.#rows.reset()
  }

  /** The assistant asks for a person; the same call of the tool asks once. False when it was too often. */
  begin({ tool, call }: Item, { summary, replyMs, replies }: HandOverWish): boolean {
    const { store, events, clock, log, secret } = this.#ports
    const session = store.session()
    const callId = tool?.callId ?? ''
    const known = this.#all()
    if (known.some((one) => one.callId === callId)) return true
    if (!session || known.length >= MAX_HAND_OVERS) return false
    const handOver = { id: newId('hnd_'), callId, expiresAt: clock.now() + replyMs, left: replies }
    const token = issueReplyToken(secret, {
      session: session.id,
      handOver: handOver.id,
      expiresAt: handOver.expiresAt,
    })
    this.#save(handOver)
    events.note({
      type: 'hand_over',
      data: {
        call,
        summary,
        reply_url: session.broker === undefined ? null : `${session.broker}/v1/replies/${token}`,
        reply_expires_at: Math.floor(handOver.expiresAt / 1000),
      },
    })
    log.info('handed_over', { call: call ?? undefined })
    return true
  }

  /** A person answers. The id of the item; the same reply twice is one. */
  reply(id: string, { name, text, id: own }: Reply): Result<string> {
    const { store, recorder, conversation, clock, log } = this.#ports
    const handOver = this.#all().find((one) => one.id === id)
    if (!store.session() || !handOver) return refused('reply_invalid')
    if (clock.now() >= handOver.expiresAt) return refused('reply_expired')
    const item = own === undefined ? newId('itm_') : itemIdOf(id, own)
    if (store.item(item)) return ok(item)
    if (handOver.left <= 0) return refused('replies_used_up')
    this.#save({ ...handOver, left: handOver.left - 1 })
    conversation().personSaid(recorder.personSaid(item, name, text))
    log.info('person_replied', { item })
    return ok(item)
  }

  #all(): HandOver[] {
    return this.#rows.rows().map(({ data }) => JSON.parse(String(data)) as HandOver)
  }

  #save(handOver: HandOver): void {
    this.#rows.put(handOver.id, JSON.stringify(handOver))
  }
}

/** Ids of the owner's choice cannot meet those of other items. */
function itemIdOf(handOver: string, own: string): string {
  const hash = createHash('sha256').update(`${handOver}|${own}`).digest('base64url')
  return `rep_${hash.slice(0, 22)}`
}
