import { describe, expect, it } from 'vitest'
import { newId } from '../../../protocol/ids.ts'
import { createMemory } from '../../../widget/client/memory.ts'
import { FakeStorage } from '../../../widget/npm/testing/browser.ts'

const record = { session: newId('ses_'), token: 'secret', seq: 7 }

describe('memory', () => {
  it('lasts over a reload, for its broker and agent only', () => {
    const storage = new FakeStorage()
    createMemory(() => storage, 'https://a.test', 'concierge').save(record)
    expect(createMemory(() => storage, 'https://a.test', 'concierge').load()).toEqual(record)
    expect(createMemory(() => storage, 'https://a.test', 'tutor').load()).toBeNull()
    expect(createMemory(() => storage, 'https://b.test', 'concierge').load()).toBeNull()
  })

  it('is gone after clear', () => {
    const storage = new FakeStorage()
    const memory = createMemory(() => storage, 'https://a.test', 'concierge')
    memory.save(record)
    memory.clear()
    expect(memory.load()).toBeNull()
    expect(storage.entries.size).toBe(0)
  })

  it.each(['{', '[]', '{"session":"x","token":"t","seq":1}', '{"session":"ses_"}'])('ignores %s', (text) => {
    const storage = new FakeStorage()
    storage.setItem('parley:https://a.test:concierge', text)
    expect(createMemory(() => storage, 'https://a.test', 'concierge').load()).toBeNull()
  })

  it('lasts as long as the page where storing is forbidden', () => {
    const memory = createMemory(
      () => {
        throw new DOMException('blocked', 'SecurityError')
      },
      'https://a.test',
      'concierge',
    )
    expect(memory.load()).toBeNull()
    memory.save(record)
    expect(memory.load()).toEqual(record)
    memory.clear()
    expect(memory.load()).toBeNull()
  })
})
