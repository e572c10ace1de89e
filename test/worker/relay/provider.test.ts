/** The relay between a real WebSocket of a browser and the real simulator, which speaks and listens. */
import { afterEach, describe, expect, inject, it } from 'vitest'
import tutor from '../../../agents/tutor.ts'
import { defineAgent } from '../../../protocol/agent.ts'
import { newId } from '../../../protocol/ids.ts'
import { BYTES_PER_MS } from '../../../protocol/relay.ts'
import { createLog } from '../../../worker/log.ts'
import { openAi } from '../../../worker/provider/openai/index.ts'
import type { CallEvent, Wire } from '../../../worker/provider/provider.ts'
import { openSocket } from '../../../worker/provider/transport.ts'
import { systemClock } from '../../../worker/session/ports.ts'
import { Relay } from '../../../worker/session/relay.ts'
import { AHEAD_MS } from '../../../worker/session/relay-pace.ts'
import { joinRelay } from '../../../worker/session/relay-socket.ts'
import { browserAt, until } from './browser.ts'

const agent = defineAgent({
  ...tutor,
  turns: { detection: 'server_vad', threshold: 0.5, silenceMs: 500, prefixMs: 300 },
})
const opened = new Set<{ close(): void }>()

afterEach(() => {
  for (const one of opened) one.close()
  opened.clear()
})

async function openCall() {
  const provider = openAi({ baseUrl: inject('simulator'), apiKey: 'sk-relay' })
  const line = await openSocket(provider.openVoice(agent, undefined))
  const events: CallEvent[] = []
  const say = (...wires: Wire[]) => {
    for (const wire of wires) line.send(JSON.stringify(wire))
  }
  const relay = new Relay({
    provider,
    clock: systemClock,
    log: createLog(),
    send: say,
    tell: (event) => events.push(event),
    onAbandoned: () => {},
  })
  line.addEventListener('message', ({ data }) => {
    for (const event of provider.reduce(String(data))) relay.pass(event, (one) => events.push(one))
  })
  opened.add({
    close() {
      relay.close()
      line.close(1000)
    },
  })
  say(...provider.configure({ agent, seeded: false }, 'relay'))
  await until(() => events.some(({ type }) => type === 'configured'), 'its configuration')
  relay.open()
  const { 0: socket, 1: server } = new WebSocketPair()
  const browser = browserAt(socket)
  joinRelay(relay, server)
  return { relay, events, say, provider, browser }
}

describe('a relayed call', () => {
  it('lets both be heard: what one assistant says is understood by another', async () => {
    const speaker = await openCall()
    speaker.say(speaker.provider.answer(newId('itm_'), { say: 'What did I say before?' }))
    const speech = await speaker.browser.playAll()
    const end = () => speaker.events.find((event) => event.type === 'answer_ended')
    await until(() => end() !== undefined, 'the end of the answer') // told after the last of its sound
    const ended = end()
    expect(ended).toMatchObject({ outcome: 'completed' })
    // Billed in whole tokens of 50 ms.
    expect(Math.abs(speech.length / BYTES_PER_MS - (ended?.audioMs ?? 0))).toBeLessThan(51)
    const states = () => speaker.events.flatMap((event) => (event.type === 'playback' ? [event.state] : []))
    await until(() => states().length === 2, 'the end of the playing')
    expect(states()).toEqual(['began', 'drained'])

    const listener = await openCall()
    listener.browser.speak(speech)
    listener.browser.speak(new Uint8Array(700 * BYTES_PER_MS))
    await until(() => listener.events.some(({ type }) => type === 'transcribed'), 'the transcript')
    expect(listener.events.find(({ type }) => type === 'transcribed')).toMatchObject({
      text: expect.stringMatching(/what did i say before/i),
    })
    expect((await listener.browser.playAll()).length).toBeGreaterThan(500 * BYTES_PER_MS)
    expect(listener.events.filter(({ type }) => type === 'refused')).toEqual([])
  })

  it('is interrupted at the played position, and the provider knows it to the millisecond', async () => {
    const speaker = await openCall()
    speaker.say(speaker.provider.answer(newId('itm_'), { say: 'Wait a moment please, I have a question.' }))
    const speech = await speaker.browser.playAll()

    const call = await openCall()
    const { browser, events, provider } = call
    call.say(provider.text(newId('txt_'), 'tell me a long story'), provider.answer(newId('itm_')))
    // Faster than real time, but no further than the window.
    await until(() => browser.item !== '' && browser.ms(browser.item) >= AHEAD_MS, 'the story')
    const { item } = browser
    await new Promise((resume) => setTimeout(resume, 600))
    expect(browser.ms(item)).toBe(AHEAD_MS)
    browser.tell({ type: 'played', item, ms: 1_000, done: false })
    browser.speak(speech)
    await until(() => browser.has('flush'), 'the flush')
    const sent = browser.ms(item)
    browser.tell({ type: 'flushed', flush: 1, item, ms: 1_234 })
    await until(() => events.some(({ type }) => type === 'truncated'), 'the cut')
    expect(events.find(({ type }) => type === 'truncated')).toEqual({ type: 'truncated', id: item, ms: 1_234 })
    await until(() => events.some((event) => event.type === 'answer_ended'), 'the end of the story')
    expect(events.find(({ type }) => type === 'answer_ended')).toMatchObject({ outcome: 'cancelled' })
    const heard = () => shownItem(item)
    await until(async () => (await heard())?.sent_ms === 1_234, 'the provider')
    expect((await heard())?.sent_text).not.toBe('')
    expect(browser.ms(item)).toBe(sent)
    expect(events.filter(({ type }) => type === 'refused')).toEqual([])
  })
})

interface ShownItem {
  item: string
  sent_ms?: number
  sent_text?: string
}

/** What the provider thinks was heard. */
async function shownItem(id: string): Promise<ShownItem | undefined> {
  const url = inject('simulator').replace(/\/v1$/, '/_simulator/calls')
  const calls = (await (await fetch(url)).json()) as { items: ShownItem[] }[]
  return calls.flatMap(({ items }) => items).find(({ item }) => item === id)
}
