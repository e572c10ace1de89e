import { expect, test } from '@playwright/test'
import { smokeTest } from '../../scripts/lib/deployed.ts'
import { runQuietly } from '../../scripts/lib/processes.ts'
import { startStack } from './support/stack.ts'

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

test('what a deploy asks afterwards is answered by a real broker', async () => {
  const stack = await startStack()
  const asked: string[] = []
  const ports = {
    fetch: (url: string, origin?: string) => {
      asked.push(url.replace(stack.brokerUrl, ''))
      return fetch(url, { headers: origin ? { Origin: origin } : {} })
    },
    websites: { concierge: stack.demoUrl, tutor: stack.demoUrl },
    ...{ now: Date.now, pause: async () => {}, say: (text: string) => expect(text).toBe('') },
  }
  expect(await smokeTest(stack.brokerUrl, ports)).toEqual([])
  await stack.stop()
  expect(asked).toEqual(['/healthz', '/v1/agents/concierge', '/v1/agents/tutor', '/widget.js'])
})
