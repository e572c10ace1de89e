/** `npm run build`: the widget and the console, into dist/, which the broker serves as static assets. */
import { rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync } from 'node:zlib'
import { build, type InlineConfig, type Plugin, type Rolldown } from 'vite'
import { buildConsole, CONSOLE_HEADERS } from './lib/build-console.ts'
import { openApiText, writePages } from './openapi.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** The loader keeps its name, so it must be looked at again; what it loads has its content in its name and never changes. */
const HEADERS = `/widget.js
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
}

/** A file that was made: path below `outDir` and its size in bytes as served (brotli 11). */
export interface BuiltFile {
  path: string
  brotliBytes: number
}

/** Builds worklets, app and loader. Each knows the hashed name of what it loads, so that they always fit together. */
export async function buildWidget({
  outDir = join(ROOT, 'dist'),
  app = join(ROOT, 'widget/app.ts'),
}: BuildOptions = {}): Promise<BuiltFile[]> {
  await rm(outDir, { recursive: true, force: true })
  const workletChunks = await bundle(outDir, {
    rolldownOptions: {
      input: { worklets: join(ROOT, 'widget/audio/worklets.ts') },
      output: { format: 'es', entryFileNames: 'assets/[name]-[hash].js' },
    },
  })
  const appChunks = await bundle(
    outDir,
    {
      rolldownOptions: {
        input: { app },
        preserveEntrySignatures: 'allow-extension',
        output: { format: 'es', entryFileNames: 'assets/[name]-[hash].js', chunkFileNames: 'assets/[name]-[hash].js' },
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
    { __APP_PATH__: JSON.stringify(entryOf(appChunks).fileName) },
  )
  await writeFile(join(outDir, '_headers'), HEADERS + CONSOLE_HEADERS)
  return [...loaderChunks, ...appChunks, ...workletChunks].map((chunk) => ({
    path: chunk.fileName,
    brotliBytes: brotliCompressSync(chunk.code).byteLength,
  }))
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
    plugins: [NO_PRELOAD],
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
  const files = await buildWidget()
  await buildConsole(join(ROOT, 'dist'))
  await writePages()
  await writeFile(join(ROOT, 'dist/openapi.json'), openApiText())
  const sizes = files.map((file) => `${file.path} ${(file.brotliBytes / 1000).toFixed(1)} kB`)
  console.log(`Built in ${((performance.now() - started) / 1000).toFixed(1)} s (brotli): ${sizes.join(', ')}`)
}
