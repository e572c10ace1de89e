import { describe, expect, it } from 'vitest'
import { readFrame } from '../../worker/session/sockets.ts'

describe('readFrame', () => {
  it('reads what a widget may send', () => {
    expect(readFrame('{"type":"text","id":"txt_1","text":" hello "}')).toEqual({
      type: 'text',
      id: 'txt_1',
      text: 'hello',
    })
    expect(readFrame('{"type":"talk","on":true}')).toEqual({ type: 'talk', on: true })
    expect(readFrame('{"type":"interrupt"}')).toEqual({ type: 'interrupt' })
  })

  it.each([
    ['not JSON', '{'],
    ['bytes', new ArrayBuffer(4)],
    ['too long', `{"type":"text","id":"a","text":"${'x'.repeat(60_000)}"}`],
    ['unknown type', '{"type":"session.update"}'],
    ['unknown field', '{"type":"interrupt","then":"run"}'],
    ['empty text', '{"type":"text","id":"a","text":"  "}'],
    ['long id', `{"type":"text","id":"${'a'.repeat(33)}","text":"x"}`],
  ])('refuses %s with a reason', (_, message) => {
    const answer = readFrame(message)
    expect(answer).toMatchObject({ type: 'error', code: 'bad_request' })
    expect('detail' in answer && answer.detail?.length).toBeGreaterThan(5)
  })

  it('names the refused text, so that the widget stops sending it', () => {
    expect(readFrame('{"type":"text","id":"txt_9","text":""}')).toMatchObject({ type: 'error', id: 'txt_9' })
  })
})
