import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { localDeploymentSecret } from '../../scripts/lib/deployment-secret.ts'
import { envFileText, readEnvFile } from '../../scripts/lib/env-file.ts'
import { startText, usualPorts } from '../../scripts/lib/start-text.ts'
import { chooseUpstream, REAL_API } from '../../scripts/lib/upstream.ts'

const dir = mkdtempSync(join(tmpdir(), 'parley-settings-'))
afterAll(() => rmSync(dir, { recursive: true }))

describe('env files', () => {
  it('are read with empty values left out', () => {
    const path = join(dir, '.dev.vars')
    writeFileSync(path, '# comment\nOPENAI_API_KEY=sk-1 \nOPENAI_BASE_URL=\nEXTRA_ORIGINS="https://a.example"\n')
    expect(readEnvFile(path)).toEqual({ OPENAI_API_KEY: 'sk-1', EXTRA_ORIGINS: 'https://a.example' })
  })

  it('need not exist', () => {
    expect(readEnvFile(join(dir, 'nowhere'))).toEqual({})
  })

  it('keep what they are given', () => {
    const variables = { A: 'x y #z', B: 'https://h/?a=1&b=2' }
    expect(parseEnv(envFileText(variables))).toEqual(variables)
  })

  it('escape dollars, which wrangler would expand', () => {
    expect(envFileText({ A: 'p$HOME' })).toBe("A='p\\$HOME'\n")
  })

  it('refuse what the format cannot hold, without repeating it', () => {
    expect(() => envFileText({ KEY: "it's" })).toThrow(/^KEY has a quote/)
  })
})

describe('the deployment secret', () => {
  const path = join(dir, 'deep', 'secret')

  it('is made once, for its owner only', () => {
    const secret = localDeploymentSecret(path)
    expect(secret).toMatch(/^[0-9a-f]{64}$/)
    expect(localDeploymentSecret(path)).toBe(secret)
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it('is made anew when the file is damaged', () => {
    writeFileSync(path, 'half a secr')
    expect(localDeploymentSecret(path)).toMatch(/^[0-9a-f]{64}$/)
  })
})

describe('the upstream', () => {
  it('is the simulator without a key', () => {
    expect(chooseUpstream({}, {})).toEqual({ kind: 'simulator', url: '', key: 'sk-simulator', provider: 'openai' })
  })

  it('is the real API with a key in .dev.vars', () => {
    expect(chooseUpstream({ OPENAI_API_KEY: 'sk-real' }, {})).toEqual({
      ...{ kind: 'real', url: REAL_API, key: 'sk-real', provider: 'openai' },
    })
  })

  it('is never the real API by a key of the shell', () => {
    expect(chooseUpstream({}, { OPENAI_API_KEY: 'sk-shell' }).kind).toBe('simulator')
  })

  it('is where OPENAI_BASE_URL says, the environment first', () => {
    const devVars = { OPENAI_API_KEY: 'sk-real', OPENAI_BASE_URL: 'http://one/v1' }
    expect(chooseUpstream(devVars, {})).toEqual({
      ...{ kind: 'other', url: 'http://one/v1', key: 'sk-real', provider: 'openai' },
    })
    expect(chooseUpstream(devVars, { OPENAI_BASE_URL: 'http://two/v1' }).url).toBe('http://two/v1')
  })

  it('is Azure where PROVIDER and an address say so, and nowhere without an address', () => {
    const devVars = { PROVIDER: 'azure', OPENAI_API_KEY: 'a1' }
    const url = 'https://res.openai.azure.com/openai/v1'
    expect(chooseUpstream({ ...devVars, OPENAI_BASE_URL: url }, {})).toEqual({
      ...{ kind: 'other', url, key: 'a1', provider: 'azure' },
    })
    expect(() => chooseUpstream(devVars, {})).toThrow('OPENAI_BASE_URL has to say where that is')
  })

  it('must be a URL', () => {
    expect(() => chooseUpstream({ OPENAI_BASE_URL: 'api' }, {})).toThrow('OPENAI_BASE_URL')
  })
})

describe('what npm start says', () => {
  const facts = {
    demoUrl: 'http://localhost:8788',
    brokerUrl: 'http://localhost:8787',
    adminToken: 'a1b2',
    upstream: { kind: 'simulator' as const, url: 'http://localhost:8789/v1', key: 'sk-simulator', provider: 'openai' },
    dir: '/somewhere/.parley',
    ports: usualPorts,
    wished: usualPorts,
    missingSpeech: [],
    tips: [],
  }

  it('names every part and the way to a real key', () => {
    const text = startText(facts)
    for (const part of [
      facts.demoUrl,
      facts.brokerUrl,
      '/console#token=a1b2',
      facts.upstream.url,
      '.dev.vars',
      'simulator',
      'Ctrl-C',
    ]) {
      expect(text).toContain(part)
    }
    expect(text).not.toContain('taken')
  })

  it('warns of costs, and never shows the key', () => {
    const upstream = { kind: 'real', url: REAL_API, key: 'sk-very-secret', provider: 'openai' } as const
    const text = startText({ ...facts, upstream })
    expect(text).toContain(REAL_API)
    expect(text).toContain('costs money')
    expect(text).not.toContain('sk-very-secret')
  })

  it('says once that speech is missing', () => {
    expect(startText(facts)).not.toContain('Not installed')
    expect(startText({ ...facts, missingSpeech: ['an-ear'] })).toContain('Not installed: an-ear')
  })

  it('says which port was taken', () => {
    expect(startText({ ...facts, ports: { ...usualPorts, broker: 8790 } })).toContain(
      'Port 8787 was taken, so the broker is on 8790',
    )
  })
})
