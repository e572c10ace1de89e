import { expect, test } from 'vitest'
import { createMemory } from '../../../widget/client/memory.ts'
import { createAppLoader } from '../../../widget/ui/app-loader.ts'
import type { AppModule } from '../../../widget/ui/shell.ts'
import { panelWasOpen, rememberPanel, tabHasSession } from '../../../widget/ui/tab-memory.ts'

const MODULE: AppModule = {
  createApp: () => {
    throw new Error('not needed here')
  },
}

test('the app is fetched once for everybody, and again after a failure at another address', async () => {
  const asked: string[] = []
  const answers = [() => Promise.reject(new Error('down')), () => Promise.resolve(MODULE)]
  const loader = createAppLoader(
    'https://voice.example/app.js',
    async () => undefined,
    (url) => {
      asked.push(url)
      return answers[asked.length - 1]?.() ?? Promise.reject(new Error('asked too often'))
    },
  )
  const both = [loader.load(), loader.load()]
  await expect(Promise.allSettled(both)).resolves.toMatchObject([{ status: 'rejected' }, { status: 'rejected' }])
  await expect(loader.load()).resolves.toBe(MODULE)
  await expect(loader.load()).resolves.toBe(MODULE)
  expect(asked).toEqual(['https://voice.example/app.js', 'https://voice.example/app.js?attempt=1'])
})

test('restart asks anew although an attempt hangs', async () => {
  let asked = 0
  const loader = createAppLoader(
    '/app.js',
    async () => undefined,
    () => (asked++ === 0 ? new Promise(() => undefined) : Promise.resolve(MODULE)),
  )
  void loader.load()
  loader.restart()
  await expect(loader.load()).resolves.toBe(MODULE)
})

test('the loader finds what the conversation stored in this tab', () => {
  const storage = fakeStorage()
  const memory = createMemory(() => storage, 'https://voice.example', 'concierge')
  const found = () => tabHasSession('https://voice.example', 'concierge', () => storage)
  expect(found()).toBe(false)
  memory.save({ session: `ses_${'a'.repeat(22)}`, token: 't', seq: 1 })
  expect(found()).toBe(true)
  expect(tabHasSession('https://voice.example', 'tutor', () => storage)).toBe(false)
  memory.clear()
  expect(found()).toBe(false)
})

test('the panel is remembered per agent; forbidden storage remembers nothing', () => {
  const storage = fakeStorage()
  rememberPanel('concierge', true, () => storage)
  expect(panelWasOpen('concierge', () => storage)).toBe(true)
  expect(panelWasOpen('tutor', () => storage)).toBe(false)
  rememberPanel('concierge', false, () => storage)
  expect(storage.length).toBe(0)
  const forbidden = () => {
    throw new DOMException('denied', 'SecurityError')
  }
  rememberPanel('concierge', true, forbidden)
  expect(panelWasOpen('concierge', forbidden)).toBe(false)
})

test('importing the element where there is no DOM is harmless', async () => {
  expect(typeof globalThis.HTMLElement).toBe('undefined')
  const { ParleyElement } = await import('../../../widget/element.ts')
  expect(ParleyElement.observedAttributes).toContain('agent')
})

function fakeStorage(): Storage {
  const entries = new Map<string, string>()
  return {
    get length() {
      return entries.size
    },
    key: (index) => [...entries.keys()][index] ?? null,
    getItem: (key) => entries.get(key) ?? null,
    setItem: (key, value) => void entries.set(key, value),
    removeItem: (key) => void entries.delete(key),
    clear: () => entries.clear(),
  }
}
