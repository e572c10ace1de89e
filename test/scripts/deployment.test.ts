import { describe, expect, it } from 'vitest'
import { deploy, type Secrets } from '../../scripts/lib/deployment.ts'
import type { Finished } from '../../scripts/lib/processes.ts'

/** A Cloudflare that answers wrangler's commands by their first words. */
function cloudflare(answers: Record<string, Partial<Finished>> = {}, key?: string) {
  const commands: string[] = []
  const said: string[] = []
  const sent: Secrets[] = []
  return {
    commands,
    sent,
    said: () => said.join('\n'),
    ports: {
      key,
      build: async () => true,
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
})
