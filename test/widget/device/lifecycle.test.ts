import { expect, it } from 'vitest'
import { watchLifecycle } from '../../../widget/device/lifecycle.ts'
import { FakePage } from '../../../widget/npm/testing/browser.ts'

it('wakes when the page is seen, runs again or is online, and not in the background', () => {
  const page = new FakePage()
  const told: string[] = []
  const stop = watchLifecycle(page, {
    pageHidden: () => told.push('hidden'),
    pageRestored: () => told.push('restored'),
    awake: () => told.push('awake'),
  })
  const tell = (visibilityState: string, type: string) => {
    Object.assign(page.document, { visibilityState })
    page.document.dispatchEvent(new Event(type))
    return told.splice(0)
  }
  expect(tell('hidden', 'visibilitychange')).toEqual([])
  expect(tell('hidden', 'resume')).toEqual([])
  expect(tell('visible', 'visibilitychange')).toEqual(['awake'])
  expect(tell('visible', 'resume')).toEqual(['awake'])
  page.hide()
  page.restore()
  page.goOnline()
  page.window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: false }))
  expect(told.splice(0)).toEqual(['hidden', 'restored', 'awake'])
  stop()
  expect(page.listeners).toBe(0)
})
