import { describe, expect, it } from 'vitest'
import { countArrived, createProgressWatch } from '../../../widget/call/progress.ts'

describe('the progress watch', () => {
  it('calls it dead when neither packets nor answers came for 3.5 s', () => {
    const isDead = createProgressWatch(0)
    expect(isDead({ packets: 50, responses: 1 }, 1_000)).toBe(false)
    expect(isDead({ packets: 50, responses: 1 }, 4_400)).toBe(false)
    expect(isDead({ packets: 50, responses: 1 }, 4_500)).toBe(true)
  })

  it('is content with either of the two', () => {
    const isDead = createProgressWatch(0)
    for (let n = 1; n < 20; n += 1) {
      expect(isDead({ packets: Math.min(n, 10), responses: n < 10 ? 1 : n }, n * 1_000)).toBe(false)
    }
  })

  it('does not judge by the clock alone: a page that slept looks first', () => {
    const isDead = createProgressWatch(0)
    isDead({ packets: 50, responses: 1 }, 1_000)
    expect(isDead({ packets: 5_000, responses: 40 }, 100_000)).toBe(false)
  })

  it('says nothing where answers are not counted', () => {
    const isDead = createProgressWatch(0)
    isDead({ packets: 50, responses: null }, 1_000)
    expect(isDead({ packets: 50, responses: null }, 60_000)).toBe(false)
  })

  it('adds up what the browser reports', () => {
    const stats = new Map<string, object>([
      ['a', { type: 'inbound-rtp', packetsReceived: 7 }],
      ['b', { type: 'candidate-pair', responsesReceived: 2 }],
      ['c', { type: 'candidate-pair', responsesReceived: 3 }],
      ['d', { type: 'outbound-rtp', packetsSent: 99 }],
    ])
    expect(countArrived(stats)).toEqual({ packets: 7, responses: 5 })
    expect(countArrived(new Map())).toEqual({ packets: 0, responses: null })
  })
})
