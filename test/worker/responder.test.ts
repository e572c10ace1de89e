import { describe, expect, it } from 'vitest'
import { Responder } from '../../worker/session/responder.ts'

function setUp() {
  const asked: (string | undefined)[] = []
  return { asked, responder: new Responder((say) => asked.push(say)) }
}

describe('Responder', () => {
  it('asks at once when nothing is running', () => {
    const { asked, responder } = setUp()
    responder.request('hello')
    expect(asked).toEqual(['hello'])
  })

  it('waits for the running answer and then asks once for all that came in between', () => {
    const { asked, responder } = setUp()
    responder.began() // by voice detection
    responder.request()
    responder.request()
    expect(asked).toEqual([])
    responder.ended()
    expect(asked).toEqual([undefined])
  })

  it('does not ask twice before its request was taken up', () => {
    const { asked, responder } = setUp()
    responder.request('a')
    responder.request('b')
    expect(asked).toEqual(['a'])
    responder.began()
    responder.ended()
    expect(asked).toEqual(['a', 'b'])
  })

  it('repeats a request that lost the race against voice detection', () => {
    const { asked, responder } = setUp()
    responder.request('a')
    responder.refused('conversation_already_has_active_response')
    expect(responder.running).toBe(true)
    responder.ended()
    expect(asked).toEqual(['a', 'a'])
  })

  it('asks again after an answer whose end was lost, as soon as the provider says that none is being made', () => {
    const { asked, responder } = setUp()
    responder.request('a')
    responder.began()
    responder.request('b')
    responder.refused('response_cancel_not_active')
    expect(asked).toEqual(['a', 'b'])
    responder.refused('response_cancel_not_active') // of an earlier one: "b" is still to begin
    responder.request('c')
    expect(asked).toEqual(['a', 'b'])
  })

  it('takes an answer that it never heard begin for the one that it had asked for', () => {
    const { asked, responder } = setUp()
    responder.request('a')
    responder.ended()
    responder.request('b')
    expect(asked).toEqual(['a', 'b'])
  })

  it('does not repeat what was refused for another reason, but goes on with what waits', () => {
    const { asked, responder } = setUp()
    responder.request('a')
    responder.request('b')
    responder.refused('rate_limit_exceeded')
    expect(asked).toEqual(['a', 'b'])
  })
})
