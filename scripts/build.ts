/** `npm run build`: the widget and the console, into dist/, which the broker serves as static assets. */
import { readdir, rm, writeFile } from 'node:fs/promises'
import { basename, join, parse, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync } from 'node:zlib'
import { build, type InlineConfig, type Plugin, type Rolldown } from 'vite'
import { buildConsole, CONSOLE_HEADERS } from './lib/build-console.ts'
import { FETCHED_IMPORTS } from './lib/fetched-imports.ts'
import { SHORT_SCHEMAS } from './lib/short-schemas.ts'
import { embedLine, pin, type Version, writeVersions } from './lib/version.ts'
import { openApiText, writePages } from './openapi.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const PINNED = join(ROOT, 'pinned')

/** `/widget.js` keeps its name, so it must be looked at again; all else has its content in its name and never changes. */
const HEADERS = `/widget.js
  Access-Control-Allow-Origin: *
  Cross-Origin-Resource-Policy: cross-origin
  Cache-Control: public, max-age=300
  X-Content-Type-Options: nosniff

/v/*
  Access-Control-Allow-Origin: *
  Cross-Origin-Resource-Policy: cross-origin
  Cache-Control: public, max-age=31536000, immutable
  X-Content-Type-Options: nosniff

/widget.json
  Access-Control-Allow-Origin: *
  Cross-Origin-Resource-Policy: cross-origin
  Cache-Control: public, max-age=300
  X-Content-Type-Options: nosniff

/openapi.json
  Access-Control-Allow-Origin: *
  Cross-Origin-Resource-Policy: cross-origin
  Cache-Control: public, max-age=300
  X-Content-Type-Options: nosniff

/assets/*
  Access-Control-Allow-Origin: *
  Cross-Origin-Resource-Policy: cross-origin
  Cache-Control: public, max-age=31536000, immutable
  X-Content-Type-Options: nosniff
`

/** Vite wraps each `import()` in a loader of stylesheets and preloads (0.6 kB), of which there are none here. */
const NO_PRELOAD: Plugin = {
  name: 'no-preload',
  enforce: 'pre',
  load: (id) => (id.endsWith('vite/preload-helper.js') ? 'export const __vitePreload = (load) => load()' : undefined),
}

export interface BuildOptions {
  /** Emptied first. */
  outDir?: string
  /** Entry of the lazily loaded part; tests put a scripted conversation in its place. */
  app?: string
  /** Folder of versions that earlier builds have pinned, served as well. */
  pinnedDir?: string
}

/** A file that was made: path below `outDir` and its size in bytes as served (brotli 11). */
export interface BuiltFile {
  path: string
  brotliBytes: number
}

/** What was made. */
export interface BuiltWidget {
  files: BuiltFile[]
  version: Version
}

/** Builds worklets, languages, app and loader. Each knows the hashed name of what it loads, so that they always fit together. */
export async function buildWidget({
  outDir = join(ROOT, 'dist'),
  app = join(ROOT, 'widget/app.ts'),
  pinnedDir = PINNED,
}: BuildOptions = {}): Promise<BuiltWidget> {
  await rm(outDir, { recursive: true, force: true })
  const workletChunks = await bundle(outDir, {
    rolldownOptions: {
      input: { worklets: join(ROOT, 'widget/audio/worklets.ts') },
      output: { format: 'es', entryFileNames: 'assets/[name]-[hash].js' },
    },
  })
  const textChunks = await bundle(outDir, {
    rolldownOptions: {
      input: await textFiles(),
      preserveEntrySignatures: 'strict',
      output: { format: 'es', entryFileNames: 'assets/texts-[name]-[hash].js' },
    },
  })
  const appChunks = await bundle(
    outDir,
    {
      rolldownOptions: {
        input: { app },
        preserveEntrySignatures: 'allow-extension',
        output: {
          format: 'es',
          entryFileNames: 'assets/[name]-[hash].js',
          chunkFileNames: 'assets/[name]-[hash].js',
          // What app and later files share belongs to the app: a file of its own would be asked for one round trip later.
          codeSplitting: {
            groups: [{ name: 'app', test: (id) => id === app || id.includes('/node_modules/preact/') }],
          },
        },
      },
    },
    // Beside the app's own chunks.
    { __WORKLETS_FILE__: JSON.stringify(basename(entryOf(workletChunks).fileName)) },
  )
  const loaderChunks = await bundle(
    outDir,
    {
      rolldownOptions: {
        input: { widget: join(ROOT, 'widget/loader.ts') },
        output: { format: 'iife', entryFileNames: 'widget.js' },
      },
    },
    {
      __APP_PATH__: JSON.stringify(entryOf(appChunks).fileName),
      __TEXTS_FILES__: JSON.stringify(
        Object.fromEntries(textChunks.map(({ name, fileName }) => [name, basename(fileName)])),
      ),
    },
  )
  await writeFile(join(outDir, '_headers'), HEADERS + CONSOLE_HEADERS)
  const chunks = [...loaderChunks, ...appChunks, ...workletChunks, ...textChunks]
  const names = chunks.map(({ fileName }) => fileName)
  return {
    files: chunks.map(({ fileName, code }) => ({ path: fileName, brotliBytes: brotliCompressSync(code).byteLength })),
    version: await writeVersions(outDir, names, pinnedDir),
  }
}

/** Every language but English, which is part of the app. By name, such as `pt-BR`. */
async function textFiles(): Promise<Record<string, string>> {
  const folder = join(ROOT, 'widget/ui/texts')
  const files = (await readdir(folder)).filter((file) => file !== 'en.ts')
  return Object.fromEntries(files.map((file) => [parse(file).name, join(folder, file)]))
}

function entryOf(chunks: Rolldown.OutputChunk[]): Rolldown.OutputChunk {
  const entry = chunks.find((chunk) => chunk.isEntry)
  if (!entry) throw new Error('The build made no entry chunk')
  return entry
}

async function bundle(
  outDir: string,
  options: InlineConfig['build'],
  define: Record<string, string> = {},
): Promise<Rolldown.OutputChunk[]> {
  const result = await build({
    configFile: false,
    plugins: [NO_PRELOAD, FETCHED_IMPORTS, SHORT_SCHEMAS],
    root: ROOT,
    publicDir: false,
    logLevel: 'warn',
    define,
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      outDir,
      emptyOutDir: false,
      target: 'es2022',
      modulePreload: false,
      reportCompressedSize: false,
      ...options,
    },
  })
  const outputs = Array.isArray(result) ? result : [result]
  return outputs.flatMap((one) => ('output' in one ? one.output : [])).filter((file) => file.type === 'chunk')
}

if (import.meta.main) {
  const started = performance.now()
  const { files, version } = await buildWidget()
  await buildConsole(join(ROOT, 'dist'))
  await writePages()
  await writeFile(join(ROOT, 'dist/openapi.json'), openApiText())
  const kB = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`
  const [loader] = files.filter(({ path }) => path === 'widget.js')
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  // All sizes, and what each may have: npm run check:size.
  console.log(
    `Built in ${seconds} s: widget.js ${kB(loader?.brotliBytes ?? 0)} (brotli), ${files.length - 1} files that it fetches when they are wanted`,
  )
  if (!process.argv.includes('--quiet'))
    console.log(`To embed exactly this version (docs/embed.md):\n  ${embedLine(version)}`)
  if (process.argv.includes('--pin')) {
    const kept = await pin(join(ROOT, 'dist'), version, PINNED)
    console.log(`Pinned: commit ${relative(ROOT, kept)}, and later builds serve it too.`)
  }
}
