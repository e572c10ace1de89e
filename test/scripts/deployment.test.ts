import { describe, expect, it } from 'vitest'
import { deployedOrigin } from '../../scripts/lib/deployed.ts'
import { type DeploymentPorts, deploy, type Secrets } from '../../scripts/lib/deployment.ts'
import type { Finished } from '../../scripts/lib/processes.ts'

/** What the deployed Worker answers, by path. */
type Site = Record<string, { status?: number; body?: unknown; type?: string } | undefined>

const ORIGIN = 'https://parley.me.workers.dev'
const HEALTHY: Site = {
  '/healthz': { body: { ok: true, configured: true, agents: ['concierge'] } },
  '/v1/agents/concierge': { body: { name: 'Concierge' } },
  '/widget.js': { body: '!function(){}()', type: 'text/javascript' },
}

/** A Cloudflare that answers wrangler's commands by their first words. */
function cloudflare(answers: Record<string, Partial<Finished>> = {}, key?: string, site: Site = HEALTHY) {
  let now = 0
  const commands: string[] = []
  const said: string[] = []
  const sent: Secrets[] = []
  return {
    commands,
    sent,
    said: () => said.join('\n'),
    ports: {
      key,
      hasConsoleDoor: false,
      isWatched: false,
      build: async () => true,
      deployReport: () => JSON.stringify({ type: 'deploy', version: 1, targets: [ORIGIN] }),
      now: () => now,
      async pause(ms: number) {
        now += ms
      },
      websites: { concierge: 'https://www.hotel.example' },
      async fetch(url: string, origin?: string) {
        if (url.includes('/v1/agents/') && origin !== 'https://www.hotel.example')
          return new Response('', { status: 403 })
        const answer = site[url.replace(ORIGIN, '')]
        if (!answer) throw new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND') })
        const body = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body)
        const headers = { 'content-type': answer.type ?? 'application/json' }
        return new Response(body, { status: answer.status ?? 200, headers })
      },
      say: (text: string) => said.push(text),
      async wrangler(args: readonly string[]): Promise<Finished> {
        const command = args.join(' ')
        commands.push(command)
        const start = Object.keys(answers).find((words) => command.startsWith(words))
        return { code: 0, output: '', stdout: '', ...(start ? answers[start] : {}) }
      },
      async withSecretsFile<Result>(secrets: Secrets, use: (path: string) => Promise<Result>): Promise<Result> {
        sent.push(secrets)
        return use('FILE')
      },
    },
  }
}

const list = (...names: string[]) => ({ stdout: JSON.stringify(names.map((name) => ({ name, type: 'secret_text' }))) })
const none = { code: 1, output: 'Worker "parley" not found.\n\nIf this is a new Worker, …' }

describe('deploying', () => {
  it('brings both secrets along the first time', async () => {
    const { ports, commands, sent, said } = cloudflare({ 'secret list': none }, 'sk-mine')
    expect(await deploy(ports, { dryRun: false })).toBe(true)
    expect(commands.at(-1)).toBe('deploy --secrets-file FILE')
    expect(sent).toEqual([{ OPENAI_API_KEY: 'sk-mine', PARLEY_SECRET: expect.stringMatching(/^[0-9a-f]{64}$/) }])
    expect(said()).toContain('PARLEY_SECRET, OPENAI_API_KEY')
    for (const secret of Object.values(sent[0] ?? {})) expect(said()).not.toContain(secret)
  })

  it('leaves secrets alone that are there: a new PARLEY_SECRET would end every conversation', async () => {
    const { ports, commands, sent } = cloudflare({ 'secret list': list('OPENAI_API_KEY', 'PARLEY_SECRET') }, 'sk-mine')
    expect(await deploy(ports, { dryRun: false })).toBe(true)
    expect(commands.at(-1)).toBe('deploy')
    expect(sent).toEqual([])
  })

  it('makes a token for the console where a person sees it, and shows it once', async () => {
    const { ports, sent, said } = cloudflare({ 'secret list': list('OPENAI_API_KEY', 'PARLEY_SECRET') })
    expect(await deploy({ ...ports, isWatched: true }, { dryRun: false })).toBe(true)
    const token = sent[0]?.PARLEY_ADMIN_TOKEN ?? ''
    expect(token).toMatch(/^[0-9a-f]{64}$/)
    expect(said().split(token)).toHaveLength(2)
    expect(said()).toContain(`${ORIGIN}/console`)
  })

  it('shows that token even when what was deployed does not work: nobody could ask for it again', async () => {
    const { ports, sent, said } = cloudflare({ 'secret list': none }, 'sk-mine', {})
    expect(await deploy({ ...ports, isWatched: true }, { dryRun: false })).toBe(false)
    expect(said()).toContain(sent[0]?.PARLEY_ADMIN_TOKEN)
  })

  it.each<[string, Partial<DeploymentPorts>, string[], boolean]>([
    ['into a log', { isWatched: false }, [], true],
    ['where there is one', { isWatched: true }, ['PARLEY_ADMIN_TOKEN'], false],
    ['where Access or a hash opens it', { isWatched: true, hasConsoleDoor: true }, [], false],
  ])('makes no token for the console %s', async (_, watched, more, isClosed) => {
    const { ports, sent, said } = cloudflare({ 'secret list': list('OPENAI_API_KEY', 'PARLEY_SECRET', ...more) })
    expect(await deploy({ ...ports, ...watched }, { dryRun: false })).toBe(true)
    expect(sent).toEqual([])
    expect(said().includes('The console is closed')).toBe(isClosed)
  })

  it('says how to give a missing key, and deploys nothing without it', async () => {
    const { ports, commands, said } = cloudflare({ 'secret list': list('PARLEY_SECRET') })
    expect(await deploy(ports, { dryRun: false })).toBe(false)
    expect(said()).toContain('wrangler secret put OPENAI_API_KEY')
    expect(said()).toContain('.dev.vars')
    expect(commands.at(-1)).toContain('secret list')
  })

  it('does not tell to put a secret into a Worker that does not exist yet', async () => {
    const { ports, said } = cloudflare({ 'secret list': none })
    expect(await deploy(ports, { dryRun: false })).toBe(false)
    expect(said()).toContain('.dev.vars')
    expect(said()).not.toContain('secret put')
  })

  it('says what to do when nobody is logged in, and deploys nothing', async () => {
    const { ports, commands, said } = cloudflare({ whoami: { output: 'You are not authenticated.' } }, 'sk-mine')
    expect(await deploy(ports, { dryRun: false })).toBe(false)
    expect(said()).toContain('wrangler login')
    expect(commands).toEqual(['whoami'])
  })

  it('shows why secrets could not be listed', async () => {
    const { ports, commands, said } = cloudflare({ 'secret list': { code: 1, output: 'no network' } }, 'sk-mine')
    expect(await deploy(ports, { dryRun: false })).toBe(false)
    expect(said()).toContain('no network')
    expect(commands.at(-1)).toContain('secret list')
  })

  it('is a failure when wrangler fails', async () => {
    const { ports } = cloudflare({ 'secret list': none, deploy: { code: 1 } }, 'sk-mine')
    expect(await deploy(ports, { dryRun: false })).toBe(false)
  })

  it('sends nothing in a dry run', async () => {
    const { ports, commands } = cloudflare()
    expect(await deploy(ports, { dryRun: true })).toBe(true)
    expect(commands).toEqual(['deploy --dry-run'])
  })

  it('asks for the secrets of the environment that it deploys to', async () => {
    const { ports, commands } = cloudflare({ 'secret list': list('OPENAI_API_KEY', 'PARLEY_SECRET') })
    expect(await deploy(ports, { dryRun: false, env: 'staging' })).toBe(true)
    expect(commands.slice(1)).toEqual(['secret list --format json --env staging', 'deploy --env staging'])
  })
})

describe('what was deployed', () => {
  const ready = { 'secret list': list('OPENAI_API_KEY', 'PARLEY_SECRET') }
  const tried = async (site: Site) => {
    const { ports, said } = cloudflare(ready, undefined, { ...HEALTHY, ...site })
    return { ok: await deploy(ports, { dryRun: false }), said: said() }
  }

  it('is asked whether it works, and its script tag is said', async () => {
    const { ok, said } = await tried({})
    expect(ok).toBe(true)
    expect(said).toContain(`<script src="${ORIGIN}/widget.js"`)
  })

  it('may take a while to get its name', async () => {
    const { ports, said } = cloudflare(ready)
    let asked = 0
    const late = {
      ...ports,
      fetch: (url: string, origin?: string) =>
        ++asked > 3 ? ports.fetch(url, origin) : Promise.reject(new Error('no name')),
    }
    expect(await deploy(late, { dryRun: false })).toBe(true)
    expect(said().match(/Waiting for/g)).toHaveLength(1)
  })

  it.each<[string, Site, string]>([
    ['never answers', { '/healthz': undefined }, 'ENOTFOUND'],
    ['is something else', { '/healthz': { status: 404, body: 'Hello World!' } }, '404'],
    [
      'lacks secrets',
      { '/healthz': { body: { ok: true, configured: false, agents: [] } } },
      'npm run doctor -- --deployed',
    ],
    ['has an agent that fails', { '/v1/agents/concierge': { status: 500, body: {} } }, '"concierge" does not answer'],
    ['has no widget', { '/widget.js': { status: 404, body: '', type: 'text/html' } }, 'widget.js is no script'],
  ])('%s: the deploy has failed, and it is said why', async (_, site, why) => {
    const { ok, said } = await tried(site)
    expect(ok).toBe(false)
    expect(said).toContain(why)
    expect(said).not.toContain('<script')
  })

  it.each([
    ['["https://parley.me.workers.dev"]', 'https://parley.me.workers.dev'],
    ['["schedule: * * * * *","talk.example.com (custom domain - zone name: example.com)"]', 'https://talk.example.com'],
    ['["example.com/talk/* (zone name: example.com)"]', undefined],
    ['[]', undefined],
    ['null', undefined],
  ])('has the address %s', (targets, origin) => {
    expect(deployedOrigin(`{"type":"wrangler-session"}\n{"type":"deploy","version":1,"targets":${targets}}\n`)).toBe(
      origin,
    )
  })
})
