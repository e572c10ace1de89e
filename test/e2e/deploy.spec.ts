import { expect, test } from '@playwright/test'
import { runQuietly } from '../../scripts/lib/processes.ts'

// Here and not among the unit tests, because it builds the widget anew, under the feet of whoever reads dist/.
test('npm run deploy -- --dry-run shows what would be deployed, without a login and without a network', async () => {
  const { code, output } = await runQuietly('npm', ['run', 'deploy', '--', '--dry-run'], {
    CLOUDFLARE_API_TOKEN: undefined,
  })
  expect(output).toMatch(/Built .*widget\.js/)
  expect(output).toContain('env.SESSIONS (Session)')
  expect(output).toContain('Nothing was sent')
  expect(code).toBe(0)
})
