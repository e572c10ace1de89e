/** What a site owner's server has got of an agent's events. Every request is checked by the official library. */
import { Webhook } from 'standardwebhooks'
import * as v from 'valibot'
import { inject, vi } from 'vitest'
import { EventSchema, type EventsConfig } from '../../../protocol/events.ts'
import { newId } from '../../../protocol/ids.ts'

const SECRET = 'whsec_ZXZlbnRzIGFyZSBzaWduZWQgd2l0aCB0aGlz'
export const PREVIOUS = 'whsec_dGhlIHNlY3JldCBmcm9tIGJlZm9yZSB0aGF0'

interface Got {
  path: string
  headers: Record<string, string>
  body: string
}

/** A server whose path nobody else uses. @param kind what it answers (tools/receiver.setup.ts) */
export function receiver(kind: string, only?: EventsConfig['only']) {
  const path = `/${kind}/${newId('itm_')}`
  const events: EventsConfig = { url: `${inject('receiver')}${path}`, secret: 'EVENTS_TEST', ...(only ? { only } : {}) }
  const requests = async (): Promise<Got[]> => {
    const all = (await (await fetch(`${inject('receiver')}/requests`)).json()) as Got[]
    return all.filter((one) => one.path === path)
  }
  /** In the order in which they came, repeats included. */
  const got = async () => (await requests()).map(read)
  const count = async (n: number) =>
    vi.waitUntil(async () => (await requests()).length >= n, { timeout: 10_000, interval: 50 })
  return { events, path, requests, got, count }
}

/** @throws Error when the signature is wrong, or the body is not what protocol/events.ts says */
function read({ headers, body }: Got) {
  const sentAt = Number(headers['webhook-timestamp']) * 1000
  const event = v.parse(
    EventSchema,
    at(sentAt, () => new Webhook(SECRET).verify(body, headers)),
  )
  return { id: headers['webhook-id'] ?? '', ...event }
}

/** Each event once, in the order in which they came first. */
export function once<E extends { id: string }>(events: E[]): E[] {
  return events.filter(({ id }, n) => events.findIndex((other) => other.id === id) === n)
}

/** The library looks at the clock, which a test may have put on meanwhile. */
function at<T>(time: number, look: () => T): T {
  const now = Date.now()
  const wasSet = vi.isFakeTimers()
  vi.useFakeTimers({ toFake: ['Date'], now: time })
  try {
    return look()
  } finally {
    if (wasSet) vi.setSystemTime(now)
    else vi.useRealTimers()
  }
}

/** Only the clock, which stands still from then on: timers and alarms stay real. To be undone with `vi.useRealTimers`. */
export function passes(ms: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms })
}
