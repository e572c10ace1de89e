/** Makes one script of each: the peers installed from npm into a folder of their own, ours from what the project builds. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { build } from 'vite'
import { buildPackage } from '../../scripts/build-npm.ts'
import { inProject } from '../../scripts/lib/paths.ts'
import { runQuietly } from '../../scripts/lib/processes.ts'
import { FLOOR, PEERS, type Peer } from './peers.ts'

export interface Script {
  name: string
  note: string
  /** In the order in which they are evaluated; what is measured in a browser is the first. */
  files: readonly { text: string; isModule: boolean; imports?: readonly string[] }[]
}

const OURS: Peer = {
  name: 'parley/client',
  packages: [],
  source:
    "import { createParley } from 'parley/client'; globalThis.peer = () => createParley({ broker: 'https://a', agent: 'a' }).start()",
  note: 'no panel; relay and tools included, which a website with chunks fetches when they are needed',
}

export async function withScripts(use: (scripts: readonly Script[]) => Promise<void>): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'parley-size-'))
  try {
    writeFileSync(join(dir, 'package.json'), '{ "private": true, "type": "module" }')
    await buildPackage(join(dir, 'parley'))
    const packages = [...PEERS, FLOOR].flatMap((peer) => peer.packages)
    const npm = [
      'install',
      '--prefix',
      dir,
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      ...packages,
      join(dir, 'parley'),
    ]
    const { code, output } = await runQuietly('npm', npm)
    if (code !== 0) throw new Error(`The peers could not be installed:\n${output}`)
    const others = []
    for (const peer of [OURS, ...PEERS, FLOOR]) others.push(await scriptOf(dir, peer))
    await use([...ours(), ...others])
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

/** The widget as it is served. */
function ours(): Script[] {
  const loader = readFileSync(inProject('dist/widget.js'), 'utf8')
  const appPath = loader.match(/assets\/app-[\w-]+\.js/)?.[0]
  if (!appPath) throw new Error('dist/widget.js names no app: run npm run build')
  const app = readFileSync(inProject('dist', appPath), 'utf8')
  const imports = [...app.matchAll(/\bfrom"\.\/([\w-]+\.js)"/g)].map(([, name = '']) =>
    readFileSync(inProject('dist/assets', name), 'utf8'),
  )
  const files = [
    { text: loader, isModule: false },
    { text: app, isModule: true, imports },
  ]
  return [
    { name: 'Parley, loader', note: 'all that a visitor who never clicks fetches', files: files.slice(0, 1) },
    { name: 'Parley, the part after the click', note: 'panel and call', files: files.slice(1) },
    {
      name: 'Parley, all to talk',
      note: 'both; relay, tools and a second language are fetched when they are needed',
      files,
    },
  ]
}

async function scriptOf(dir: string, { name, note, source, file }: Peer): Promise<Script> {
  const text = file ? readFileSync(join(dir, 'node_modules', file), 'utf8') : await bundled(dir, source ?? '')
  return { name, note, files: [{ text, isModule: false }] }
}

/** One script by the bundler and with the settings that the widget is made with. */
async function bundled(dir: string, source: string): Promise<string> {
  writeFileSync(join(dir, 'entry.js'), source)
  const result = await build({
    configFile: false,
    root: dir,
    publicDir: false,
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      write: false,
      target: 'es2022',
      modulePreload: false,
      rolldownOptions: { input: join(dir, 'entry.js'), output: { format: 'iife', codeSplitting: false } },
    },
  })
  const outputs = Array.isArray(result) ? result : [result]
  const [chunk] = outputs.flatMap((one) => ('output' in one ? one.output : [])).filter(({ type }) => type === 'chunk')
  if (chunk?.type !== 'chunk') throw new Error('The bundler made nothing')
  return chunk.code
}

/** Bytes: as they are, gzip 9, brotli 11. Files are fetched one by one, so they are packed one by one. */
export function sizeOf({ files }: Script): { raw: number; gzip: number; brotli: number } {
  const sum = (size: (text: string) => number) =>
    files.flatMap(({ text, imports = [] }) => [text, ...imports]).reduce((total, text) => total + size(text), 0)
  return {
    raw: sum((text) => Buffer.byteLength(text)),
    gzip: sum((text) => gzipSync(text, { level: 9 }).byteLength),
    brotli: sum((text) => brotliCompressSync(text).byteLength),
  }
}
