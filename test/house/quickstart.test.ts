/** The assistant that docs/quickstart.md has the reader write is a good one, and its tool answers. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, expect, it } from 'vitest'
import type { Agent } from '../../protocol/agent.ts'
import { codeOf } from '../../protocol/tool.ts'
import { inProject } from '../../scripts/lib/paths.ts'

const dir = mkdtempSync(join(tmpdir(), 'parley-quickstart-'))
afterAll(() => rmSync(dir, { recursive: true }))

it('the agent of the quickstart', async () => {
  const [, code = ''] = /```ts\n([\s\S]*?)```/.exec(readFileSync(inProject('docs/quickstart.md'), 'utf8')) ?? []
  const file = join(dir, 'bakery.ts')
  const here = (path: string) => pathToFileURL(inProject(path)).href
  writeFileSync(
    file,
    code
      .replaceAll("'../protocol/", `'${here('protocol')}/`)
      .replace("'valibot'", `'${import.meta.resolve('valibot')}'`),
  )
  const { default: agent }: { default: Agent } = await import(/* @vite-ignore */ pathToFileURL(file).href)
  expect(agent.name).toBe('Corner Bakery')
  const work = agent.tools[0] && codeOf(agent.tools[0])
  if (!work || !('run' in work)) throw new Error('no tool')
  const context = {
    ...{ signal: AbortSignal.timeout(1000), callId: 'c', session: 's', agent: 'a' },
    person: null,
    env: {},
  }
  expect(work.run({ what: 'rye' }, context)).toEqual({ euros: 4.2 })
})
