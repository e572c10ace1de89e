import { describe, expect, it } from 'vitest'
import { deploy } from '../../scripts/lib/deployment.ts'
import type { Finished } from '../../scripts/lib/processes.ts'

/** A wrangler that answers by the first words of its arguments. */
function fakeWrangler(answers: Record<string, Partial<Finished>> = {}) {
  const calls: { command: string; input?: string }[] = []
  const said: string[] = []
  return {
    calls,
    said,
    ports: {
      build: async () => true,
      say: (text: string) => said.push(text),
      async wrangler(args: readonly string[], { input }: { input?: string } = {}): Promise<Finished> {
        const command = args.join(' ')
        calls.push({ command, input })
        const key = Object.keys(answers).find((start) => command.startsWith(start))
        return { code: 0, output: '', stdout: '', ...(key ? answers[key] : {}) }
      },
    },
  }
}

const list = (...names: string[]) => ({ stdout: JSON.stringify(names.map((name) => ({ name, type: 'secret_text' }))) })

describe('deploying', () => {
  it('makes a PARLEY_SECRET when there is none, and hands it over by standard input', async () => {
    const wrangler = fakeWrangler({ 'secret list': list('OPENAI_API_KEY') })
    expect(await deploy(wrangler.ports, { dryRun: false })).toBe(true)
    const put = wrangler.calls.find(({ command }) => command.startsWith('secret put'))
    expect(put?.command).toBe('secret put PARLEY_SECRET')
    expect(put?.input).toMatch(/^[0-9a-f]{64}$/)
    expect(wrangler.said.join()).not.toContain(put?.input)
  })

  it('leaves a PARLEY_SECRET alone: a new one would end every session', async () => {
    const wrangler = fakeWrangler({ 'secret list': list('OPENAI_API_KEY', 'PARLEY_SECRET') })
    expect(await deploy(wrangler.ports, { dryRun: false })).toBe(true)
    expect(wrangler.calls.map(({ command }) => command)).not.toContainEqual(expect.stringContaining('secret put'))
  })

  it('says how to set a missing key', async () => {
    const wrangler = fakeWrangler({ 'secret list': list('PARLEY_SECRET') })
    await deploy(wrangler.ports, { dryRun: false })
    expect(wrangler.said.at(-1)).toContain('wrangler secret put OPENAI_API_KEY')
  })

  it('says what to do when nobody is logged in, and deploys nothing', async () => {
    const wrangler = fakeWrangler({ whoami: { output: 'You are not authenticated.' } })
    expect(await deploy(wrangler.ports, { dryRun: false })).toBe(false)
    expect(wrangler.said.join()).toContain('wrangler login')
    expect(wrangler.calls.map(({ command }) => command)).toEqual(['whoami'])
  })

  it('stops when the deploy fails', async () => {
    const wrangler = fakeWrangler({ deploy: { code: 1 } })
    expect(await deploy(wrangler.ports, { dryRun: false })).toBe(false)
    expect(wrangler.calls.at(-1)?.command).toBe('deploy')
  })

  it('sends nothing in a dry run', async () => {
    const wrangler = fakeWrangler()
    expect(await deploy(wrangler.ports, { dryRun: true })).toBe(true)
    expect(wrangler.calls.map(({ command }) => command)).toEqual(['deploy --dry-run'])
  })
})
