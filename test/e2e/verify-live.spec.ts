/** `npm run verify:live`, as far as it can be seen without a key: against the simulator. */
import { expect, test } from '@playwright/test'
import { inProject } from '../../scripts/lib/paths.ts'
import { runQuietly } from '../../scripts/lib/processes.ts'

const main = inProject('test/live/main.ts')

test('it spends nothing unasked', async () => {
  const { code, output } = await runQuietly(process.execPath, [main])
  expect(code).toBe(1)
  expect(output).toMatch(/There is no key|Agree with: npm run verify:live -- --yes/)
})

test('every step of the main job passes, and what can be asked is answered', { tag: '@long' }, async () => {
  test.setTimeout(240_000)
  const { code, output } = await runQuietly(process.execPath, [main, '--simulator'])
  expect(output).toContain('9 of 9 steps passed')
  const unknown = output.split('\n').filter((line) => line.includes('| not found out |'))
  expect(unknown).toEqual([expect.stringContaining('8. What happens at 60 minutes')])
  expect(code).toBe(0)
})
