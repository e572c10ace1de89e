/** Who is to answer whom, when a person of the site's team has written meanwhile. */
import { describe, expect, it } from 'vitest'
import type { Item } from '../../protocol/item.ts'
import { isFresh, isUnanswered, owesAnswerToTool } from '../../worker/session/last-word.ts'

const item = (role: Item['role'], more: Partial<Item> = {}): Item => ({
  ...{ id: role, position: 1, role, kind: 'message', text: 'x', status: 'completed', via: 'text', call: null, at: 1 },
  ...more,
})
const person = item('person', { author: 'Bea' })
const result = item('tool', { kind: 'tool_result' })

describe('what a person has written', () => {
  it('is no answer of the assistant, and asks for none', () => {
    expect(isUnanswered([person, item('user')])).toBe(true)
    expect(isUnanswered([person, item('assistant'), item('user')])).toBe(false)
    expect(isUnanswered([person])).toBe(false)
    expect(owesAnswerToTool([person, result])).toBe(true)
    expect(owesAnswerToTool([person, item('assistant'), result])).toBe(false)
  })

  it('is something that the assistant does not greet after', () => {
    expect(isFresh([person])).toBe(false)
  })
})
