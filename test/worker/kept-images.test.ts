/** Kept pictures are given back: to who may read the conversation, as long as it is there. */
import { env, exports } from 'cloudflare:workers'
import { afterEach, describe, expect, it } from 'vitest'
import { newId } from '../../protocol/ids.ts'
import { jpeg } from '../fixtures/jpeg.ts'
import { brokerWith } from './agents.ts'
import { ADMIN_TOKEN, answers, ask as askDemo, BROKER, createSession } from './support.ts'

const PICTURE = jpeg()

const begun: string[] = []
afterEach(async () => {
  for (const id of begun.splice(0)) await env.SESSIONS.getByName(id).discard()
})

/** A conversation by text in which a picture was shown and answered. */
async function shown(keep: boolean) {
  const broker = brokerWith({}, { images: { keep } })
  const { session, token, widget } = await broker.textSession()
  begun.push(session)
  const id = newId('img_')
  widget.send({ type: 'image', id, text: 'look', jpeg: PICTURE.toBase64() })
  await widget.until((frames) => answers(frames).some((text) => text.includes('I saw an image')), 'an answer')
  const path = (item = id) => `/v1/sessions/${session}/images/${item}`
  const codeOf = async (item: string, credential = token) => {
    const response = await broker.ask(path(item), { token: credential })
    return [response.status, ((await response.json()) as { code: string }).code]
  }
  return { broker, session, token, widget, id, path, codeOf }
}

const owner = (path: string, headers: Record<string, string> = { Authorization: `Bearer ${ADMIN_TOKEN}` }) =>
  exports.default.fetch(new Request(`${BROKER}/console/api${path}`, { headers }))

describe('a picture that is kept', () => {
  it('is given back as it was shown, and nobody on the way keeps it', async () => {
    const { broker, token, path } = await shown(true)
    const response = await broker.ask(path(), { token })
    expect(response.status).toBe(200)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/jpeg',
      'cache-control': 'private, no-store',
      'x-content-type-options': 'nosniff',
      'access-control-allow-origin': 'http://localhost:8788',
      vary: 'Origin',
    })
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(PICTURE)
  })

  it('is for its own conversation only', async () => {
    const { codeOf, id, path } = await shown(true)
    const stranger = await createSession()
    expect(await codeOf(id, stranger.token)).toEqual([401, 'token_invalid'])
    // Their own token opens their own conversation, in which there is no such picture.
    const elsewhere = await askDemo(`/v1/sessions/${stranger.session}/images/${id}`, { token: stranger.token })
    expect([elsewhere.status, ((await elsewhere.json()) as { code: string }).code]).toEqual([404, 'image_not_found'])
    expect((await askDemo(path())).status).toBe(401)
  })

  it('is not given to another website, even with the token', async () => {
    const { broker, token, path } = await shown(true)
    const response = await broker.ask(path(), { token, headers: { Origin: 'https://evil.example' } })
    expect(response.status).toBe(401)
  })

  it('is gone when the conversation is erased', async () => {
    const { broker, session, token, id, codeOf } = await shown(true)
    await broker.ask(`/v1/sessions/${session}`, { method: 'DELETE', token })
    expect(await codeOf(id)).toEqual([404, 'session_not_found'])
    expect((await owner(`/sessions/${session}/images/${id}`)).status).toBe(404)
  })

  it('is seen by the owner in the console, and by nobody else there', async () => {
    const { session, token, id } = await shown(true)
    const path = `/sessions/${session}/images/${id}`
    const response = await owner(path)
    expect(response.status).toBe(200)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/jpeg',
      'cache-control': 'no-store',
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    })
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(PICTURE)
    expect((await owner(path, {})).status).toBe(401)
    expect((await owner(path, { Authorization: `Bearer ${token}` })).status).toBe(401)
  })
})

describe('there is no picture', () => {
  it('where the agent does not keep them, also while it is still in memory', async () => {
    const { codeOf, id } = await shown(false)
    expect(await codeOf(id)).toEqual([404, 'image_not_found'])
  })

  it('in an item that is none, or that there is not', async () => {
    const { codeOf, widget } = await shown(true)
    const text = newId('txt_')
    widget.send({ type: 'text', id: text, text: 'hello' })
    await widget.until((frames) => answers(frames).some((answer) => answer.includes('hello')), 'an answer')
    expect(await codeOf(text)).toEqual([404, 'image_not_found'])
    expect(await codeOf('img_never_shown')).toEqual([404, 'image_not_found'])
    expect(await codeOf('x'.repeat(33))).toEqual([400, 'bad_request'])
  })
})
