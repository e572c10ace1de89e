import { expect, test } from 'vitest'
import { formatElapsed, formatMoment, isoDuration } from '../../../widget/ui/time.ts'

test.each([
  [-5, '0:00'],
  [0, '0:00'],
  [7_999, '0:07'],
  [60_000, '1:00'],
  [754_000, '12:34'],
  [3_723_000, '1:02:03'],
])('%i ms of a call are shown as %s', (ms, shown) => {
  expect(formatElapsed(ms, 'en')).toBe(shown)
})

test('durations for machines', () => {
  expect(isoDuration(84_900)).toBe('PT84S')
  expect(isoDuration(-1)).toBe('PT0S')
})

test('today needs no date, earlier days do', () => {
  const now = new Date(2026, 10, 20, 15, 0).getTime()
  expect(formatMoment(new Date(2026, 10, 20, 14, 32).getTime(), now, 'de')).toBe('14:32')
  expect(formatMoment(new Date(2026, 10, 19, 14, 32).getTime(), now, 'de')).toBe('19.11.2026, 14:32')
})
