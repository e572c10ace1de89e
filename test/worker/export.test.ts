import { describe, expect, it } from 'vitest'
import { newId } from '../../protocol/ids.ts'
import { answers, ask, connect, createCall, createSession, isUp } from './support.ts'

/** A conversation with a line typed before the call and one within it. */
async function conversation() {
  const { session, token: first } = await createSession()
  const call = await createCall(session, first)
  const widget = await connect(session, call.token)
  await widget.next(isUp, 'ready')
  widget.send({ type: 'text', id: newId('txt_'), text: 'do you have --> rooms?' })
  await widget.until((frames) => answers(frames).length > 0, 'an answer')
  const get = (accept: string, query = '') =>
    ask(`/v1/sessions/${session}/transcript${query}`, { token: call.token, headers: { Accept: accept } })
  return { call: call.call, get }
}

describe('GET transcript', () => {
  it('answers in the format that is asked for', async () => {
    const { get, call } = await conversation()
    const read = async (accept: string, query?: string) => {
      const response = await get(accept, query)
      expect(response.status).toBe(200)
      // As bytes: workerd warns when a body that is not text/* is read as text.
      const text = new TextDecoder().decode(await response.arrayBuffer())
      return { type: response.headers.get('Content-Type'), text }
    }
    const json = await read('*/*')
    expect(json.type).toBe('application/json')
    const { items } = JSON.parse(json.text) as { items: unknown[] }
    expect(items).toHaveLength(2)

    const lines = await read('application/x-ndjson')
    expect(lines.type).toBe('application/x-ndjson')
    expect(
      lines.text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(items)

    const text = await read('text/plain')
    expect(text.type).toBe('text/plain; charset=utf-8')
    expect(text.text).toMatch(/^\[\S+Z\] user: do you have --> rooms\?\n\[\S+Z\] assistant: /)

    const markdown = await read('text/html, text/markdown;q=0.9')
    expect(markdown.type).toBe('text/markdown; charset=utf-8')
    expect(markdown.text).toContain('do you have --\\> rooms?')

    const vtt = await read('text/vtt', `?call=${call}`)
    expect(vtt.type).toBe('text/vtt; charset=utf-8')
    expect(vtt.text).toMatch(/^WEBVTT\n\n00:00:\d\d\.\d{3} --> 00:00:\d\d\.\d{3}\n<v user>do you have --&gt; rooms\?\n/)
  })

  it('gives one call only when it is named', async () => {
    const { get, call } = await conversation()
    expect((await (await get('text/plain', `?call=${call}`)).text()).match(/^\[/gm)).toHaveLength(2)
    const other = newId('call_')
    expect((await get('text/plain', `?call=${other}`)).status).toBe(404)
    expect(await (await get('application/json', `?call=${other}`)).json()).toMatchObject({ items: [] })
    expect((await get('text/plain', '?call=../1')).status).toBe(400)
  })

  it('refuses an export without the token like everything else', async () => {
    const { session } = await createSession()
    const headers = { Accept: 'text/vtt' }
    expect((await ask(`/v1/sessions/${session}/transcript`, { headers })).status).toBe(401)
  })
})
