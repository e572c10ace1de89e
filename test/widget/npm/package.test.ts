/** What `npm pack ./dist-npm` makes, in a project that has nothing else of ours. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { programOf } from '../../../scripts/lib/packages.ts'
import { runQuietly } from '../../../scripts/lib/processes.ts'
import { type Installed, installPackage, put } from './installed.ts'

let installed: Installed

beforeAll(async () => {
  installed = await installPackage(['react', 'react-dom', '@types/react', '@types/react-dom', 'csstype'])
  put(installed, 'examples/embed/react/main.tsx', 'main.tsx')
  put(installed, 'examples/react-headless/main.tsx', 'headless.tsx')
  put(installed, 'examples/headless/conversation.ts', 'conversation.ts')
  write('consumer.tsx', CONSUMER)
}, 120_000)
afterAll(() => installed.remove())

const CONSUMER = `
import { createParley, type ParleyItem, type ParleySnapshot } from 'parley/client'
import { registerParley, type ParleyElement } from 'parley/element'
import { ParleyWidget, useParley } from 'parley/react'
import { scriptedBroker } from 'parley/testing'

registerParley({ broker: 'https://voice.example.com' })
const element: ParleyElement = document.createElement('parley-widget')
element.addEventListener('parley-item', ({ detail }) => detail satisfies ParleyItem)
document.addEventListener('parley-error', ({ detail }) => detail.ways.includes('retry'))
// @ts-expect-error there is no such mode
void element.start({ mode: 'video' })

const { transport, url } = scriptedBroker({ turns: [{ hear: /a/, say: 'b' }] })
const shown: ParleySnapshot = createParley({ broker: url, agent: 'concierge', transport }).snapshot
// @ts-expect-error it cannot be written
shown.state = 'live'

export function Assistant() {
  const { parley, state } = useParley({ broker: url, agent: 'concierge' })
  return (
    <>
      <button onClick={() => void parley?.start()}>{state}</button>
      <ParleyWidget agent="concierge" broker={url} onItem={({ text }) => console.log(text)} />
    </>
  )
}
// @ts-expect-error an agent is needed
export const wrong = <ParleyWidget broker={url} />
`

describe('the package', () => {
  test('is of plain files, and needs no other package', () => {
    const manifest = JSON.parse(readFileSync(join(installed.dir, 'node_modules/parley/package.json'), 'utf8'))
    expect(manifest).not.toHaveProperty('dependencies')
    expect(manifest.private).toBe(true)
    expect(readdirSync(join(installed.dir, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(
      expect.arrayContaining(['parley', 'react']),
    )
  })

  test.each([
    ['bundler', 'esnext'],
    ['node16', 'node16'],
  ])(
    'its types hold under strict and moduleResolution %s',
    async (moduleResolution, module) => {
      const options = {
        ...{ strict: true, noEmit: true, skipLibCheck: false, module, moduleResolution, jsx: 'react-jsx', types: [] },
        ...{ target: 'es2022', lib: ['es2022', 'dom', 'dom.iterable'], exactOptionalPropertyTypes: true },
      }
      const config = {
        compilerOptions: options,
        files: ['consumer.tsx', 'conversation.ts', 'main.tsx', 'headless.tsx'],
      }
      write('tsconfig.json', JSON.stringify(config))
      const { code, output } = await runQuietly(process.execPath, [programOf('typescript', 'tsc'), '-p', installed.dir])
      expect(output).toBe('')
      expect(code).toBe(0)
    },
    60_000,
  )

  test('every entry can be imported where there is no page', async () => {
    write(
      'server.js',
      `delete globalThis.navigator // Node 20 has none
      const names = []
      for (const entry of ['client', 'element', 'react', 'testing']) names.push(...Object.keys(await import('parley/' + entry)))
      console.log(names.sort().join(' '))`,
    )
    expect(await node('server.js')).toBe('ParleyWidget createParley registerParley scriptedBroker useParley\n')
  })

  test('the component is drawn on a server, and the hook waits for the browser', async () => {
    write(
      'render.js',
      `import { ParleyWidget, useParley } from 'parley/react'
      import { createElement } from 'react'
      import { renderToString } from 'react-dom/server'
      const options = { agent: 'concierge', broker: 'https://voice.example.com' }
      const Own = () => useParley(options).state
      console.log(renderToString(createElement(ParleyWidget, { ...options, mode: 'text' })))
      console.log(renderToString(createElement(Own)))`,
    )
    const element = '<parley-widget agent="concierge" broker="https://voice.example.com" mode="text"></parley-widget>'
    expect(await node('render.js')).toBe(`${element}\nidle\n`)
  })

  test('the example of a conversation without a face runs', async () => {
    write('without-navigator.js', "delete globalThis.navigator\nawait import('./conversation.ts')\n")
    const lines = (await node('without-navigator.js')).trim().split('\n')
    expect(lines).toContain('reconnecting From seven to ten.')
    expect(lines).toContain('live You said: Are you still there?')
    expect(lines).toContain('tool {"switched":{"on":true}}')
    expect(lines.at(-1)).toMatch(/^ended true \d$/)
  })
})

function write(name: string, text: string): void {
  writeFileSync(join(installed.dir, name), text)
}

async function node(file: string): Promise<string> {
  const { code, output } = await runQuietly(process.execPath, [join(installed.dir, file)])
  if (code !== 0) throw new Error(output)
  return output
}
