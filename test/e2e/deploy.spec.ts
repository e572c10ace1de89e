import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { cloudflare } from '../../scripts/lib/cloudflare.ts'
import { type DeploymentPorts, deploy } from '../../scripts/lib/deployment.ts'
import { runQuietly } from '../../scripts/lib/processes.ts'
import { startCloudflareApi } from './support/cloudflare-api.ts'
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

test('the real wrangler deploys to a stand-in of Cloudflare: database and secrets once, then a real broker is asked', async () => {
  const api = await startCloudflareApi()
  const stack = await startStack()
  const dir = mkdtempSync(join(tmpdir(), 'parley-deploy-test-'))
  const address = 'https://parley.me.workers.dev'
  const asked: string[] = []
  const said: string[] = []
  const ports: DeploymentPorts = {
    ...cloudflare(dir, api.variables),
    build: async () => true, // was built before these tests
    key: 'sk-of-a-test',
    ...{ hasConsoleDoor: false, isWatched: true },
    fetch: (url, origin) => {
      asked.push(url.replace(address, ''))
      return fetch(url.replace(address, stack.brokerUrl), { headers: origin ? { Origin: origin } : {} })
    },
    websites: { concierge: stack.demoUrl, tutor: stack.demoUrl },
    ...{ now: Date.now, pause: async () => {}, say: (text: string) => said.push(text) },
  }
  try {
    expect(await deploy(ports, { dryRun: false }), said.join('\n')).toBe(true)
    expect(asked).toEqual(['/healthz', '/v1/agents/concierge', '/v1/agents/tutor', '/widget.js'])
    expect(said.join('\n')).toContain(`<script src="${address}/widget.js"`)

    expect(await deploy(ports, { dryRun: false }), said.join('\n')).toBe(true)
    expect(api.databases).toEqual(['parley-records'])
    const [first, again] = api.uploads.map(({ bindings }) => new Map(bindings.map((each) => [each.name, each])))
    const secrets = ['OPENAI_API_KEY', 'PARLEY_SECRET', 'PARLEY_ADMIN_TOKEN']
    for (const name of secrets) expect(again?.get(name)).toEqual(first?.get(name))
    expect(first?.get('OPENAI_API_KEY')).toMatchObject({ type: 'secret_text', text: 'sk-of-a-test' })
    expect(said.join('\n')).toContain(first?.get('PARLEY_ADMIN_TOKEN')?.text)
    expect(first?.get('RECORDS')).toMatchObject({ type: 'd1' })
    expect(again?.get('RECORDS')?.id).toBe(first?.get('RECORDS')?.id)
  } finally {
    await Promise.all([api.close(), stack.stop()])
    rmSync(dir, { recursive: true })
  }
})
