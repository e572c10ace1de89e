import { beforeEach, expect, test, vi } from 'vitest'
import type { Clock } from '../../../widget/clock.ts'
import { followTexts } from '../../../widget/ui/follow-texts.ts'
import { createTextFiles, type TextFile, textFilesBeside } from '../../../widget/ui/text-files.ts'
import { texts as de } from '../../../widget/ui/texts/de.ts'
import { texts as en } from '../../../widget/ui/texts/en.ts'
import type { Texts } from '../../../widget/ui/texts.ts'
import { textFile } from './text-file.ts'

const APP = 'https://voice.example/assets/app-1.js'

beforeEach(() => {
  vi.stubGlobal('__TEXTS_FILES__', { de: 'texts-de-1.js' }) // scripts/build.ts writes it in
  return () => vi.unstubAllGlobals()
})

test('a file is fetched once for everybody; English needs none', async () => {
  const asked: string[] = []
  const files = createTextFiles(
    textFilesBeside(APP, (url) => {
      asked.push(url)
      return textFile('de')
    }),
  )
  expect(await files.load('en')).toBe(true)
  expect(files.have('de')).toBeUndefined()
  expect(await Promise.all([files.load('de'), files.load('de')])).toEqual([true, true])
  expect(await files.load('de')).toBe(true)
  expect(files.have('de')?.texts).toBe(de)
  expect(asked).toEqual(['https://voice.example/assets/texts-de-1.js'])
})

test('a file that failed is asked for again after growing pauses, at another address, until it is there', async () => {
  const clock = handClock()
  const asked: string[] = []
  const files = createTextFiles(
    textFilesBeside(APP, (url) => {
      asked.push(new URL(url).search)
      return asked.length < 4 ? Promise.reject(new TypeError('Failed to fetch')) : textFile('de')
    }),
    handClock(),
  )
  const shown: Texts[] = []
  followTexts('de', files, (texts) => shown.push(texts), clock)
  expect(shown).toEqual([en])
  for (const pause of [2000, 4000, 8000]) {
    await vi.waitFor(() => expect(clock.waits()).toEqual([pause]))
    clock.ring()
  }
  await vi.waitFor(() => expect(shown).toEqual([en, de]))
  expect(asked).toEqual(['', '?attempt=1', '?attempt=2', '?attempt=3'])
  expect(clock.waits()).toEqual([])
})

test('a file that does not come is one that failed', async () => {
  const clock = handClock()
  const files = createTextFiles(() => new Promise<TextFile>(() => undefined), clock)
  const loaded = files.load('de')
  await vi.waitFor(() => expect(clock.waits()).toEqual([4000]))
  clock.ring()
  expect(await loaded).toBe(false)
})

test('who needs the language no more is shown nothing, and nothing is asked for', async () => {
  const clock = handClock()
  let asked = 0
  const files = createTextFiles(() => Promise.reject(new Error(String(++asked))), handClock())
  const shown: Texts[] = []
  const stop = followTexts('de', files, (texts) => shown.push(texts), clock)
  await vi.waitFor(() => expect(clock.waits()).toEqual([2000]))
  stop()
  expect(clock.waits()).toEqual([])
  expect([asked, shown]).toEqual([1, [en]])
})

/** A clock that stands still until it is told to ring: then everything that waits is due. */
function handClock() {
  const waiting = new Map<() => void, number>()
  const clock: Clock = {
    now: () => 0,
    after: (ms, run) => {
      waiting.set(run, ms)
      return () => waiting.delete(run)
    },
  }
  const ring = () => {
    const due = [...waiting.keys()]
    waiting.clear()
    for (const run of due) run()
  }
  return { ...clock, ring, waits: () => [...waiting.values()] }
}
