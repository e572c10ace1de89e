import { describe, expect, it } from 'vitest'
import { isSuccess, joined, playwrightSuite, summary, vitestSuites } from '../../scripts/lib/test-reports.ts'

const file = (name: string, status: string, ...statuses: string[]) => ({
  name,
  status,
  startTime: 1000,
  endTime: 2500,
  assertionResults: statuses.map((one) => ({ status: one })),
})

describe('the sum of all tests', () => {
  it('groups files into suites', () => {
    const testResults = [
      file('a/1', 'failed', 'passed', 'failed'),
      file('b/1', 'passed', 'passed'),
      file('a/2', 'passed', 'passed', 'skipped'),
    ]
    expect(vitestSuites({ testResults }, (path) => path.slice(0, 1))).toEqual([
      { name: 'a', passed: 2, failed: 1, skipped: 1, duration: 3000 },
      { name: 'b', passed: 1, failed: 0, skipped: 0, duration: 1500 },
    ])
  })

  it('adds up what ran side by side', () => {
    const lane = (name: string, failed: number) => ({ name, passed: 2, failed, skipped: 1, duration: 10 })
    expect(joined([lane('a', 0), lane('b', 0), lane('a', 1)])).toEqual([
      { name: 'a', passed: 4, failed: 1, skipped: 2, duration: 20 },
      { name: 'b', passed: 2, failed: 0, skipped: 1, duration: 10 },
    ])
  })

  it('counts a file that could not be loaded', () => {
    const [suite] = vitestSuites({ testResults: [file('a', 'failed')] }, () => 'unit')
    expect(suite).toMatchObject({ passed: 0, failed: 1 })
  })

  it('counts a browser test that needed a second try as failed', () => {
    const stats = { expected: 4, unexpected: 1, flaky: 1, skipped: 2, duration: 9 }
    expect(playwrightSuite('e2e', { stats, errors: [] })).toMatchObject({ passed: 4, failed: 2, skipped: 2 })
  })

  it('counts errors outside of browser tests', () => {
    const stats = { expected: 4, unexpected: 0, flaky: 0, skipped: 0, duration: 9 }
    expect(playwrightSuite('e2e', { stats, errors: [{}] })).toMatchObject({ passed: 4, failed: 1 })
  })

  it('ends with the one line that CI reads', () => {
    const text = summary([
      { name: 'unit', passed: 3, failed: 0, skipped: 0, duration: 1200 },
      { name: 'e2e', passed: 2, failed: 1, skipped: 1, duration: 61_000 },
    ])
    expect(text.split('\n').at(-1)).toBe('5 passed, 1 failed')
    expect(text).toContain('e2e     61.0 s  2 passed, 1 failed, 1 skipped')
  })

  it('is no success when nothing ran', () => {
    expect(isSuccess([])).toBe(false)
    expect(isSuccess([{ name: 'unit', passed: 0, failed: 0, skipped: 4, duration: 1 }])).toBe(false)
    expect(isSuccess([{ name: 'unit', passed: 1, failed: 0, skipped: 0, duration: 1 }])).toBe(true)
  })
})
