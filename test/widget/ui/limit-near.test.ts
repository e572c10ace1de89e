import { describe, expect, test } from 'vitest'
import type { NoticeFrame } from '../../../protocol/frames.ts'
import type { ConversationState } from '../../../widget/client/types.ts'
import { createLimitNear, limitWords } from '../../../widget/ui/limit-near.ts'
import { texts as de } from '../../../widget/ui/texts/de.ts'
import { texts as en } from '../../../widget/ui/texts/en.ts'

const NOW = Date.UTC(2026, 10, 20, 12)
const notice = (more: Partial<NoticeFrame>) =>
  ({ type: 'notice', notice: { type: 'notice', code: 'limit_near', call: null, share: 0.8, ...more } }) as const
const state = (next: ConversationState) => ({ type: 'state', state: next, previous: 'live' }) as const

describe('a cap that comes near', () => {
  test('runs down from what the broker said', () => {
    const near = createLimitNear(() => NOW)
    const time = { cap: 'time_cap', endsAt: NOW + 90_000 }
    expect(near.hear(notice({ cap: 'time_cap', seconds: 90 }))).toEqual(time)
    expect(near.limit.value).toEqual(time)
    // Said, but the clock stays.
    expect(near.hear(notice({ cap: 'cost_cap' }))).toEqual({ cap: 'cost_cap' })
    expect(near.limit.value).toEqual(time)
  })

  test('gives way to the clock', () => {
    const near = createLimitNear(() => NOW)
    near.hear(notice({ cap: 'visitor_cap' }))
    expect(near.limit.value).toEqual({ cap: 'visitor_cap' })
    near.hear(notice({ cap: 'time_cap', seconds: 20 }))
    expect(near.limit.value).toEqual({ cap: 'time_cap', endsAt: NOW + 20_000 })
  })

  test.each(['reconnecting', 'ended', 'idle', 'connecting'] as const)('is over when the call is: %s', (next) => {
    const near = createLimitNear(() => NOW)
    near.hear(notice({ cap: 'cost_cap' }))
    near.hear(state(next))
    expect(near.limit.value).toBeNull()
  })

  test.each([
    ['of a time that nobody knows', notice({ cap: 'time_cap' })],
    ['of no cap', notice({})],
    ['of something else', notice({ code: 'no_answer', cap: 'cost_cap' })],
  ])('is nothing where a notice is %s', (_, event) => {
    const near = createLimitNear(() => NOW)
    expect(near.hear(event)).toBeNull()
    expect(near.limit.value).toBeNull()
  })

  test.each([
    [361, 'This call ends in about 6 minutes.', 'Das Gespräch endet in etwa 6 Minuten.'],
    [62, 'This call ends in about 1 minute.', 'Das Gespräch endet in etwa 1 Minute.'],
    [41, 'This call ends in about 40 seconds.', 'Das Gespräch endet in etwa 40 Sekunden.'],
    [-3, 'This call ends in about 5 seconds.', 'Das Gespräch endet in etwa 5 Sekunden.'],
  ])('is said in a sentence: %i s', (seconds, english, german) => {
    const limit = { cap: 'time_cap', endsAt: NOW + seconds * 1000 } as const
    expect(limitWords(limit, en, 'en', NOW)).toBe(english)
    expect(limitWords(limit, de, 'de', NOW)).toBe(german)
    expect(limitWords({ cap: 'cost_cap' }, en, 'en', NOW)).toBe('Only a few more answers are possible.')
  })
})
