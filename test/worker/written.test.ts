/** What was typed in a call while its sideband broke stands once in the provider's conversation, and is answered once. */
import { abortAllDurableObjects, runDurableObjectAlarm } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { newId } from '../../protocol/ids.ts'
import type { Item } from '../../protocol/item.ts'
import { items, providerRef } from './inside.ts'
import { answers, BROKERED, connect, createSession, fault, isReady, journal } from './support.ts'

const soon = (isTrue: () => boolean | Promise<boolean>) => vi.waitUntil(isTrue, { timeout: 10_000, interval: 20 })
const type = (text: string) => ({ type: 'text', id: newId('txt_'), text }) as const
type Entry = Awaited<ReturnType<typeof journal>>[number]
interface Told {
  type?: string
  item?: { id?: string; role?: string; content?: { text?: string }[] }
}
const eventOf = (entry: Entry) => entry.event as Told | undefined

afterEach(async () => {
  await fault({ kind: 'clear' })
})

async function liveCall() {
  const created = await createSession({ agent: 'tutor', call: BROKERED })
  const widget = await connect(created.session, created.token)
  await widget.next(isReady, 'ready')
  const ref = await providerRef(created.session)
  const from = (await journal()).at(-1)?.n ?? 0
  return { ...created, widget, ref, from, stub: env.SESSIONS.getByName(created.session) }
}

/** Breaks the sideband, and holds the next one off for `ms`. */
async function breakSideband(call: string, ms: number): Promise<void> {
  await fault({ kind: 'delay_next', count: 1, ms, route: 'sideband' })
  const from = (await journal()).at(-1)?.n ?? 0
  await fault({ kind: 'close_sideband', call })
  await soon(async () => (await journal(from)).some((entry) => String(entry.path).includes('call_id=')))
}

/** What the provider was told and has made of it, in its order. */
async function atProvider(ref: string, from: number) {
  const entries = (await journal(from)).filter(({ call }) => call === ref)
  const told = (kind: string) =>
    entries.flatMap((entry) => {
      const event = eventOf(entry)
      return entry.direction === 'in' && event?.type === kind ? [event] : []
    })
  return {
    texts: told('conversation.item.create').flatMap(({ item }) =>
      item?.role === 'user' ? [item.content?.[0]?.text] : [],
    ),
    asked: told('response.create').length,
  }
}

const spoken = (all: readonly Item[]) => all.filter(({ role }) => role === 'assistant').map(({ text }) => text)

describe('typed in a live call', () => {
  it('while the sideband is broken: told once, answered once', async () => {
    const { widget, session, ref, from } = await liveCall()
    await breakSideband(ref, 700)
    widget.send(type('the violet umbrella'))
    await widget.until((frames) => answers(frames).length === 1, 'an answer')
    expect(await atProvider(ref, from)).toEqual({ texts: ['the violet umbrella'], asked: 1 })
    expect(spoken(await items(session))).toEqual([expect.stringContaining('the violet umbrella')])
  })

  it('while the one after it breaks, too: in the order in which it was typed', async () => {
    const { widget, session, ref, from } = await liveCall()
    // The next one is never told that its configuration is in force, and breaks while it waits.
    await fault({ kind: 'lose_event', type: 'session.updated', call: ref, channel: 'sideband' })
    await breakSideband(ref, 300)
    const configured = async () =>
      (await journal(from)).some((entry) => entry.direction === 'in' && eventOf(entry)?.type === 'session.update')
    widget.send(type('the violet umbrella'))
    await soon(configured)
    await fault({ kind: 'close_sideband', call: ref })
    widget.send(type('the yellow submarine'))
    await widget.until((frames) => answers(frames).length === 1, 'an answer')
    expect(await atProvider(ref, from)).toEqual({ texts: ['the violet umbrella', 'the yellow submarine'], asked: 1 })
    expect(spoken(await items(session))).toHaveLength(1)
  })

  it('right before it breaks: what has arrived is not told again', async () => {
    const { widget, session, ref, from } = await liveCall()
    for (const event of ['conversation.item.added', 'conversation.item.done'])
      await fault({ kind: 'lose_event', type: event, call: ref, channel: 'sideband' })
    widget.send(type('the violet umbrella'))
    await soon(async () => (await atProvider(ref, from)).asked === 1)
    await fault({ kind: 'close_sideband', call: ref })
    await widget.until((frames) => answers(frames).length === 1, 'an answer')
    widget.send(type('still there?'))
    await widget.until((frames) => answers(frames).length === 2, 'the next answer')
    expect(await atProvider(ref, from)).toEqual({ texts: ['the violet umbrella', 'still there?'], asked: 2 })
    expect(spoken(await items(session))).toHaveLength(2)
  })

  it('and the object dies before it could be told', async () => {
    const { session, token, widget, ref, from, stub } = await liveCall()
    await breakSideband(ref, 3000)
    const text = type('the violet umbrella')
    widget.send(text)
    await widget.next((frame) => frame.type === 'ack' && frame.id === text.id, 'ack')
    await abortAllDurableObjects()
    await runDurableObjectAlarm(stub)
    const again = await connect(session, token)
    await again.until((frames) => answers(frames).length === 1, 'an answer')
    expect(await atProvider(ref, from)).toEqual({ texts: ['the violet umbrella'], asked: 1 })
    expect(spoken(await items(session))).toEqual([expect.stringContaining('the violet umbrella')])
  })

  it('and answered, before the object dies: neither told nor asked for again', async () => {
    const { session, token, widget, ref, from, stub } = await liveCall()
    widget.send(type('the violet umbrella'))
    await widget.until((frames) => answers(frames).length === 1, 'an answer')
    await abortAllDurableObjects()
    await runDurableObjectAlarm(stub)
    const again = await connect(session, token)
    again.send(type('still there?'))
    await again.until((frames) => answers(frames).length === 2, 'the next answer')
    expect(await atProvider(ref, from)).toEqual({ texts: ['the violet umbrella', 'still there?'], asked: 2 })
  })
})
