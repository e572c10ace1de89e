/** Pictures of the visitor: stored, told once, billed, bounded, and lost only in the open. */
import { abortAllDurableObjects, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { AgentInput } from '../../protocol/agent.ts'
import type { ServerFrame } from '../../protocol/frames.ts'
import { newId } from '../../protocol/ids.ts'
import { MAX_IMAGE_BYTES } from '../../protocol/image.ts'
import { EXIF, JFIF, type JpegParts, jpeg } from '../fixtures/jpeg.ts'
import { brokerWith } from './agents.ts'
import { items, providerRef, secondSocket } from './inside.ts'
import { answers, BROKERED, connect, fault, isUp, journal, type Widget } from './support.ts'

const soon = (isTrue: () => boolean | Promise<boolean>) => vi.waitUntil(isTrue, { timeout: 5000, interval: 10 })
const ended = (frame: ServerFrame) => frame.type === 'notice' && frame.code === 'call_ended'
const base64 = (parts?: JpegParts) => jpeg(parts).toBase64()
const picture = (more: { id?: string; text?: string; jpeg?: string } = {}) =>
  ({ type: 'image', id: newId('img_'), text: '', jpeg: base64(), ...more }) as const

const begun: string[] = []
afterEach(async () => {
  for (const id of begun.splice(0)) await env.SESSIONS.getByName(id).discard()
})

const withImages = (images: AgentInput['images'] = {}, more: Partial<AgentInput> = {}) =>
  brokerWith({}, { images, ...more })

async function liveCall(images: AgentInput['images'] = {}) {
  const broker = withImages(images)
  const call = await broker.live()
  begun.push(call.session)
  return { ...call, broker, ref: await providerRef(call.session) }
}

async function inWriting(images: AgentInput['images'] = {}, more: Partial<AgentInput> = {}) {
  const broker = withImages(images, more)
  const text = await broker.textSession()
  begun.push(text.session)
  return { ...text, broker }
}

const saw = (widget: Widget, words: string, count = 1) =>
  widget.until(
    (frames) => answers(frames).filter((answer) => answer.includes(words)).length === count,
    `an answer with ${words}`,
  )
const refusal = (widget: Widget, id: string) =>
  widget.next((frame) => frame.type === 'error' && frame.id === id, 'a refusal')

/** What the provider got of an item, in this call or anywhere. */
async function told(id: string): Promise<string[]> {
  return (await journal()).flatMap(({ direction, event }) => {
    const text = JSON.stringify(event ?? '')
    return direction === 'in' && text.includes(id) && text.includes('conversation.item.create') ? [text] : []
  })
}

const rows = (session: string) =>
  runInDurableObject(env.SESSIONS.getByName(session), (_, state) => {
    const exists = state.storage.sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'images'").toArray().length > 0
    return exists ? state.storage.sql.exec('SELECT item, told, sealed FROM images').toArray() : []
  })

describe('a picture', () => {
  it('is stored, acknowledged, seen and answered in a call, once', async () => {
    const { widget, session } = await liveCall()
    const shown = picture({ text: 'what is this?' })
    widget.send(shown)
    widget.send(shown)
    await saw(widget, `I saw an image of 640 by 480 pixels and ${jpeg().length} bytes. You said: what is this?`)
    expect(widget.frames.filter((frame) => frame.type === 'ack' && frame.id === shown.id)).toHaveLength(2)
    expect(await told(shown.id)).toHaveLength(1)
    const stored = (await items(session)).find(({ id }) => id === shown.id)
    expect(stored).toMatchObject({ role: 'user', via: 'text', text: 'what is this?', status: 'completed' })
    expect(stored?.image).toEqual({ width: 640, height: 480 })
    expect(await rows(session)).toEqual([{ item: shown.id, told: 1, sealed: null }])
    expect(widget.frames.some(ended)).toBe(false)
  })

  it('needs no call, and no words', async () => {
    const { widget } = await inWriting()
    widget.send(picture({ jpeg: base64({ width: 300, height: 800 }) }))
    await saw(widget, 'I saw an image of 300 by 800 pixels')
  })

  it('goes where it was meant to go although it comes while the call is opened', async () => {
    const broker = withImages()
    const { session, token, widget } = await broker.textSession()
    begun.push(session)
    await broker.ask(`/v1/sessions/${session}/calls`, { method: 'POST', token, body: BROKERED })
    const shown = picture()
    widget.send(shown)
    await widget.next(isUp, 'ready')
    await saw(widget, 'I saw an image of 640 by 480 pixels')
  })

  it('that no line could take is shown on the next one', async () => {
    const { widget, session, token } = await inWriting()
    await fault({ kind: 'fail_next', count: 11, status: 500, route: 'websocket' }) // as often as it is tried
    const shown = picture({ text: 'and now?' })
    widget.send(shown)
    await widget.next((frame) => frame.type === 'notice' && frame.code === 'no_answer', 'a notice')
    const again = await connect(session, token)
    await saw(again, 'I saw an image of 640 by 480 pixels')
  })

  it('is known to the next conversation of the provider as one that was shown', async () => {
    const { widget } = await inWriting()
    const shown = picture({ text: 'my cat' })
    widget.send(shown)
    await saw(widget, 'I saw an image')
    await fault({ kind: 'end_call' })
    widget.send({ type: 'text', id: newId('txt_'), text: 'what did I say before?' })
    await saw(widget, 'Before, you said: [The visitor showed you a picture here.')
    const seeds = await told(shown.id)
    expect(seeds.at(-1)).not.toContain('input_image')
    expect(seeds.at(-1)).toContain('my cat')
  })

  it('cannot take the place of something else', async () => {
    const { widget } = await inWriting()
    widget.send({ type: 'text', id: 'txt_1', text: 'hello' })
    await saw(widget, 'You said: hello')
    widget.send(picture({ id: 'txt_1' }))
    expect(await refusal(widget, 'txt_1')).toMatchObject({ code: 'image_refused' })
  })

  it('is not let in by an agent that takes none', async () => {
    const { widget, session, token } = await brokerWith({}).textSession()
    begun.push(session)
    const shown = picture()
    widget.send(shown)
    expect(await refusal(widget, shown.id)).toMatchObject({ code: 'image_refused' })
    const again = await connect(session, token)
    expect(again.frames.filter((frame) => frame.type === 'update')).toEqual([])
  })
})

describe('what is no picture', () => {
  it.each([
    ['no base64', '!!', 'base64'],
    ['a PNG', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0xd, 0xa]).toBase64(), 'no JPEG'],
    ['half a JPEG', jpeg().subarray(0, 70).toBase64(), 'not complete'],
    ['a JPEG with EXIF', base64({ extra: [JFIF, EXIF] }), 'metadata'],
    ['too wide', base64({ width: 801 }), '800 px'],
    ['too high', base64({ height: 4000 }), '800 px'],
    [
      'one byte too much',
      base64({ scan: Array.from({ length: MAX_IMAGE_BYTES + 1 - jpeg().length + 3 }, () => 1) }),
      'bytes',
    ],
  ])('is refused in words and not stored: %s', async (_, bad, detail) => {
    const { widget, session } = await inWriting()
    const shown = picture({ jpeg: bad })
    widget.send(shown)
    const error = await refusal(widget, shown.id)
    expect(error).toMatchObject({ code: 'image_refused', detail: expect.stringContaining(detail) })
    expect(await items(session)).toEqual([])
    expect(await rows(session)).toEqual([])
  })

  it('may be as large as is said, and no other frame may', async () => {
    const { widget } = await inWriting()
    const scan = Array.from({ length: MAX_IMAGE_BYTES - jpeg().length + 3 }, () => 1)
    widget.send(picture({ jpeg: base64({ scan }) }))
    await saw(widget, `${MAX_IMAGE_BYTES} bytes`)
    widget.raw.send(JSON.stringify({ type: 'text', id: 'txt_long', text: 'x'.repeat(100_000) }))
    await widget.next((frame) => frame.type === 'error' && frame.code === 'bad_request', 'an error')
  })
})

describe('how many there may be', () => {
  it('is bounded in a conversation, and a refused one is no item', async () => {
    const { widget, session } = await inWriting({ maxPerSession: 2 })
    for (const n of [1, 2]) {
      widget.send(picture())
      await saw(widget, 'I saw an image', n)
    }
    const third = picture()
    widget.send(third)
    expect(await refusal(widget, third.id)).toMatchObject({
      code: 'too_many_images',
      detail: 'no more in this conversation',
    })
    expect((await items(session)).filter(({ image }) => image)).toHaveLength(2)
  })

  it('is bounded in a call', async () => {
    const { widget } = await liveCall({ maxPerCall: 1 })
    widget.send(picture())
    await saw(widget, 'I saw an image')
    const second = picture()
    widget.send(second)
    expect(await refusal(widget, second.id)).toMatchObject({ code: 'too_many_images', detail: 'no more in this call' })
  })

  it('counts on a socket as what it weighs', async () => {
    const { widget } = await inWriting({ maxPerSession: 100 })
    const scan = Array.from({ length: MAX_IMAGE_BYTES - jpeg().length + 3 }, () => 1)
    const closed = new Promise<CloseEvent>((resolve) => widget.raw.addEventListener('close', resolve))
    for (let n = 0; n < 6; n++) widget.send(picture({ jpeg: base64({ scan }) }))
    expect(await closed).toMatchObject({ reason: 'too_many_frames' })
  })
})

describe('what it costs', () => {
  it('is counted with the answer', async () => {
    const { widget, broker } = await inWriting()
    const spent = async () => (await broker.books()).daySpent
    widget.send(picture())
    await saw(widget, 'I saw an image')
    widget.raw.close()
    await env.SESSIONS.getByName(begun.pop() ?? '').discard()
    await soon(async () => (await spent()) > 765 * 5) // the simulator's price of a picture
  })

  it('gets no answer when there is no money for it', async () => {
    const { widget } = await inWriting({}, { limits: { sessionUsd: 0.01 } })
    widget.send(picture())
    const notice = await widget.next((frame) => frame.type === 'notice', 'a notice')
    expect(notice).toMatchObject({ code: 'limit_reached', cap: 'cost_cap' })
  })
})

describe('its pixels', () => {
  /** As if it had crashed before the provider has confirmed anything. */
  const restartUntold = async (session: string) => {
    const stub = env.SESSIONS.getByName(session)
    await runInDurableObject(stub, (_, state) => {
      state.storage.sql.exec('UPDATE images SET told = 0')
    })
    await abortAllDurableObjects()
  }

  it('are gone with the object where they are not kept, and that is said', async () => {
    const { widget, session, token } = await inWriting()
    const shown = picture({ text: 'look' })
    widget.send(shown)
    await saw(widget, 'I saw an image')
    await restartUntold(session)
    const again = await connect(session, token)
    const isLost = (frame: ServerFrame) =>
      frame.type === 'update' && frame.item.id === shown.id && frame.item.status === 'failed'
    await again.next(isLost, 'the lost picture')
    again.send({ type: 'text', id: newId('txt_'), text: 'what did I say?' })
    await saw(again, 'it did not reach you: you have not seen it.]\nlook')
    expect(await rows(session)).toEqual([])
  })

  it('are sealed where they are kept, outlive the object, and are seen again', async () => {
    const { widget, session, token } = await inWriting({ keep: true })
    const shown = picture()
    widget.send(shown)
    await saw(widget, 'I saw an image')
    const [row] = await rows(session)
    expect(String(row?.sealed).length).toBeGreaterThan(shown.jpeg.length)
    expect(JSON.stringify(row)).not.toContain(shown.jpeg.slice(0, 40))
    await restartUntold(session)
    const again = await connect(session, token)
    again.send({ type: 'text', id: newId('txt_'), text: 'do you remember?' })
    await saw(again, 'do you remember')
    const seeds = await told(shown.id)
    expect(seeds).toHaveLength(2)
    expect(seeds.every((seed) => seed.includes('input_image'))).toBe(true)
    expect((await items(session)).find(({ id }) => id === shown.id)).toMatchObject({
      status: 'completed',
      image: { kept: true },
    })
    expect(await rows(session)).toMatchObject([{ told: 1 }])
  })

  it('are erased with everything else', async () => {
    const { widget, session, broker, token } = await inWriting({ keep: true })
    widget.send(picture())
    await saw(widget, 'I saw an image')
    expect(await rows(session)).toHaveLength(1)
    expect((await broker.ask(`/v1/sessions/${session}`, { method: 'DELETE', token })).status).toBe(204)
    expect(await rows(session)).toEqual([])
  })
})

describe('a page', () => {
  it('cannot slip a picture into a call by itself', async () => {
    const { widget, ref, session } = await liveCall()
    const page = await secondSocket(ref)
    const content = [{ type: 'input_image', image_url: `data:image/jpeg;base64,${base64()}` }]
    page.send({ type: 'conversation.item.create', item: { id: 'img_forged', type: 'message', role: 'user', content } })
    expect(await widget.next(ended, 'the end')).toMatchObject({ reason: 'tampered' })
    expect((await items(session)).find(({ id }) => id === 'img_forged')).toMatchObject({ source: 'client' })
  })
})

describe('an export', () => {
  it('tells of it in every format', async () => {
    const { widget, session, broker, token } = await inWriting()
    widget.send(picture({ text: 'the menu' }))
    await saw(widget, 'I saw an image')
    for (const type of ['text/markdown', 'text/plain', 'text/vtt', 'application/x-ndjson']) {
      const answer = await broker.ask(`/v1/sessions/${session}/transcript`, { token, headers: { Accept: type } })
      const text = new TextDecoder().decode(await answer.arrayBuffer())
      expect(text, type).toMatch(type.endsWith('json') ? /"image":{.*"width":640/ : /Picture, 640 × 480.* the menu/)
    }
  })
})
