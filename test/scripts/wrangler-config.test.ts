import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { describe, expect, it } from 'vitest'
import { unstable_readConfig } from 'wrangler'
import { defineAgent } from '../../protocol/agent.ts'
import { localConfig } from '../../scripts/lib/local-config.ts'
import { inProject } from '../../scripts/lib/paths.ts'

const config = unstable_readConfig({ config: 'wrangler.toml' })

/** No agent can allow a longer call, nor does the provider (s). */
const LONGEST_CALL = 3600

describe('wrangler.toml', () => {
  it('lets a running call end before its object gets the new code', () => {
    const agent = (callSeconds: number) =>
      defineAgent({ name: 'A', instructions: 'Help.', origins: ['*'], limits: { callSeconds } })
    expect(agent(LONGEST_CALL).limits.callSeconds).toBe(LONGEST_CALL)
    expect(() => agent(LONGEST_CALL + 1)).toThrow()
    const strategy = config.durable_objects.code_update_strategy
    expect(strategy?.mode).toBe('deferred')
    expect(strategy?.max_delay).toBeGreaterThan(LONGEST_CALL)
  })

  it('asks for no more than its secrets when it is deployed by a button', () => {
    const asked = Object.keys(parseEnv(readFileSync('.dev.vars.example', 'utf8')))
    expect(asked.toSorted()).toEqual(config.secrets?.required?.toSorted())
    const { cloudflare } = JSON.parse(readFileSync('package.json', 'utf8'))
    expect(Object.keys(cloudflare.bindings).toSorted()).toEqual(asked.toSorted())
  })

  it('keeps URLs and headers out of the logs', () => {
    expect(config.observability?.logs?.invocation_logs).toBe(false)
  })
})

describe('the configuration of a local run', () => {
  it('declares every name that the run brings along, once, and stands in any folder', () => {
    const local = JSON.parse(localConfig(['OPENAI_API_KEY', 'TOOL_ORDERS', 'TOOL_ORIGINS']))
    expect(local.secrets.required).toEqual(['OPENAI_API_KEY', 'PARLEY_SECRET', 'TOOL_ORDERS'])
    expect(local.main).toBe(inProject('worker/index.ts'))
    expect(local.assets.directory).toBe(inProject('dist'))
    expect(local.durable_objects.bindings).toHaveLength(config.durable_objects.bindings.length)
  })

  it('may have another Worker', () => {
    expect(JSON.parse(localConfig([], 'examples/shop/worker.ts')).main).toBe(inProject('examples/shop/worker.ts'))
  })
})
