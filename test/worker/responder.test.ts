import { describe, expect, it } from 'vitest'
import { Responder, type Wish } from '../../worker/session/responder.ts'

const ACTIVE = 'conversation_already_has_active_response'

/** Requests are called `n1`, `n2`, … in the order in which they were sent. */
function setUp() {
  const asked: (string | undefined)[] = []
  const responder = new Responder(({ say, hold }: Wish) => `n${asked.push(say ?? hold)}`)
  return { asked, responder }
}

describe('Responder', () => {
  it('asks at once when nothing is running', () => {
    const { asked, responder } = setUp()
    responder.request({ say: 'hello' })
    expect(asked).toEqual(['hello'])
    expect(responder.busy).toBe(true)
    expect(responder.running).toBe(false)
  })

  it('waits for the running answer and then asks once for all that came in between', () => {
    const { asked, responder } = setUp()
    responder.began() // by voice detection
    responder.request({ say: 'a' })
    responder.request({ say: 'b' })
    expect(asked).toEqual([])
    responder.ended()
    expect(asked).toEqual(['b'])
  })

  it('does not ask twice before its request was taken up', () => {
    const { asked, responder } = setUp()
    responder.request({ say: 'a' })
    responder.request({ say: 'b' })
    expect(asked).toEqual(['a'])
    responder.began('n1')
    responder.ended()
    expect(asked).toEqual(['a', 'b'])
  })

  it('repeats a request that lost the race against voice detection, in whatever order that is told', () => {
    for (const told of ['refused', 'began refused', 'began ended refused']) {
      const { asked, responder } = setUp()
      responder.request({ say: 'a' })
      for (const what of told.split(' ')) {
        if (what === 'began') responder.began()
        else if (what === 'ended') responder.ended()
        else responder.refused('n1', ACTIVE)
      }
      if (!told.includes('ended')) {
        expect(responder.running, told).toBe(true)
        expect(asked, told).toEqual(['a'])
        responder.ended()
      }
      expect(asked, told).toEqual(['a', 'a'])
    }
  })

  it('goes on when the refusal of a request that lost the race is lost, too', () => {
    const { asked, responder } = setUp()
    responder.request({ say: 'a' })
    responder.began()
    responder.ended()
    expect(asked).toEqual(['a'])
    expect(responder.busy).toBe(false)
    responder.request({ say: 'b' })
    expect(asked).toEqual(['a', 'b'])

    const waiting = setUp()
    waiting.responder.request({ say: 'a' })
    waiting.responder.began()
    waiting.responder.request({ say: 'b' })
    waiting.responder.ended()
    expect(waiting.asked).toEqual(['a', 'b'])
  })

  it('knows its own request by the nonce: the refusal of another message changes nothing', () => {
    const { asked, responder } = setUp()
    responder.request({ say: 'a' })
    responder.request({ say: 'b' })
    responder.refused('itm_of_a_note', 'invalid_value')
    responder.refused(undefined, ACTIVE) // voice detection lost the race
    expect(asked).toEqual(['a'])
    expect(responder.running).toBe(false)
  })

  it('asks again after an answer whose end was lost, as soon as the provider says that none is being made', () => {
    const { asked, responder } = setUp()
    responder.request({ say: 'a' })
    responder.began('n1')
    responder.request({ say: 'b' })
    responder.refused(undefined, 'response_cancel_not_active')
    expect(asked).toEqual(['a', 'b'])
    responder.refused(undefined, 'response_cancel_not_active') // of an earlier one: "b" is still to begin
    responder.request({ say: 'c' })
    expect(asked).toEqual(['a', 'b'])
  })

  it('takes an answer that it never heard begin for the one that it had asked for', () => {
    const { asked, responder } = setUp()
    responder.request({ say: 'a' })
    responder.ended()
    responder.request({ say: 'b' })
    expect(asked).toEqual(['a', 'b'])
  })

  it('does not repeat what was refused for another reason, but goes on with what waits', () => {
    const { asked, responder } = setUp()
    responder.request({ say: 'a' })
    responder.request({ say: 'b' })
    responder.refused('n1', 'rate_limit_exceeded')
    expect(asked).toEqual(['a', 'b'])
  })

  it('says whether an answer will not come: not while another will, nor of one that only fills a silence', () => {
    const one = setUp()
    one.responder.request({ say: 'a' })
    expect(one.responder.refused('n2', 'invalid_value')).toBe(false) // something else
    expect(one.responder.refused('n1', ACTIVE)).toBe(false)
    one.responder.ended()
    expect(one.responder.refused('n2', 'rate_limit_exceeded')).toBe(true)
    expect(one.responder.refused('n2', 'rate_limit_exceeded')).toBe(false) // told again

    const two = setUp()
    two.responder.request({ say: 'a' })
    two.responder.request({ say: 'b' })
    expect(two.responder.refused('n1', 'rate_limit_exceeded')).toBe(false)
    expect(two.responder.refused('n2', 'rate_limit_exceeded')).toBe(true)

    const hold = setUp()
    hold.responder.fill('Say that it takes a moment.')
    expect(hold.responder.refused('n1', 'rate_limit_exceeded')).toBe(false)
  })

  it('drops a wish that something else has answered while it waited', () => {
    const { asked, responder } = setUp()
    let isWanted = true
    responder.began()
    responder.request({ say: 'a', isStillWanted: () => isWanted })
    isWanted = false
    responder.ended()
    expect(asked).toEqual([])
    responder.request({ say: 'b', isStillWanted: () => isWanted })
    expect(asked, 'one that need not wait is sent').toEqual(['b'])
  })

  it('waits for an answer from before its time, and not for ever', () => {
    const { asked, responder } = setUp()
    responder.assume()
    responder.request({ say: 'a' })
    expect(asked).toEqual([])
    responder.ended()
    expect(asked).toEqual(['a'])
    responder.doubt() // it was heard of
    expect(responder.busy).toBe(true)

    const lost = setUp()
    lost.responder.assume()
    lost.responder.request({ say: 'a' })
    lost.responder.doubt()
    expect(lost.asked).toEqual(['a'])

    const followed = setUp()
    followed.responder.assume()
    followed.responder.began() // its end was lost: this is another
    followed.responder.doubt()
    expect(followed.responder.running).toBe(true)
  })

  it('fills a silence only when there is one, and never later', () => {
    const { asked, responder } = setUp()
    responder.began()
    expect(responder.fill('one moment')).toBe(false)
    responder.ended()
    expect(asked).toEqual([])
    expect(responder.fill('one moment')).toBe(true)
    expect(asked).toEqual(['one moment'])
    responder.refused('n1', ACTIVE)
    expect(responder.holding).toBe(false)
    responder.ended()
    expect(asked, 'refused, because somebody speaks').toEqual(['one moment'])
    expect(responder.fill('still')).toBe(true)
    responder.began('n2')
    expect(responder.holding).toBe(true)
    responder.request({ say: 'the result' })
    responder.ended()
    expect(responder.holding).toBe(false)
    expect(asked).toEqual(['one moment', 'still', 'the result'])
  })
})
