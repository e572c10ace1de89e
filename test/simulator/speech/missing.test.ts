import { execFile } from 'node:child_process'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'

const simulator = fileURLToPath(new URL('../../../simulator/', import.meta.url))

const SCRIPT = `
import { createEar } from './speech/ear.ts'
import { createVoice } from './speech/voice.ts'
const voice = await createVoice()
const ear = await createEar()
const { pcm, words } = await voice.speak('Hello there.')
console.log(JSON.stringify([voice.kind, words.length, pcm.length > 10_000, ear.kind, await ear.hear(pcm)]))
await ear.close()
`

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-missing-'))
  await cp(join(simulator, 'speech'), join(folder, 'speech'), { recursive: true })
  await cp(join(simulator, 'media'), join(folder, 'media'), { recursive: true })
  await writeFile(join(folder, 'package.json'), '{"type":"module"}')
  await writeFile(join(folder, 'script.ts'), SCRIPT)
})
afterAll(() => rm(folder, { recursive: true }))

it('without the optional packages it hums, hears nothing, says so, and nothing is printed or left running', async () => {
  const run = promisify(execFile)
  const { stdout, stderr } = await run(process.execPath, [join(folder, 'script.ts')], { timeout: 20_000 })
  expect(JSON.parse(stdout)).toEqual(['tones', 2, true, 'none', ''])
  expect(stderr).toBe('')
})
