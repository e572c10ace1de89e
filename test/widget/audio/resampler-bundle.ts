import { gzipSync } from 'node:zlib'
import { build } from 'vite'

/** Bytes of a module and all that it imports, minified for the browsers of the widget, after gzip (level 9). */
export async function gzipBytes(path: string): Promise<number> {
  return gzipSync(await minified(path), { level: 9 }).byteLength
}

/** The same as code: one file, an ES module. */
export async function minified(path: string): Promise<string> {
  const result = await build({
    configFile: false,
    publicDir: false,
    logLevel: 'silent',
    build: {
      write: false,
      target: 'es2022',
      modulePreload: false,
      reportCompressedSize: false,
      rolldownOptions: { input: { module: path }, preserveEntrySignatures: 'strict', output: { format: 'es' } },
    },
  })
  const outputs = Array.isArray(result) ? result : [result]
  const files = outputs.flatMap((one) => ('output' in one ? one.output : []))
  const [chunk] = files
  if (files.length !== 1 || chunk?.type !== 'chunk') throw new Error(`${path} became ${files.length} files`)
  return chunk.code
}
