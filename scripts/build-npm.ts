/** `npm run build:npm`: the package for websites that are built from packages, into dist-npm/. `npm pack ./dist-npm` makes the file to install. */
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, posix } from 'node:path'
import { build, type Plugin, parseSync, Visitor } from 'vite'
import { programOf } from './lib/packages.ts'
import { inProject, projectDir } from './lib/paths.ts'
import { runQuietly } from './lib/processes.ts'

const ENTRIES = ['client', 'element', 'react', 'testing'] as const
const REACT = '>=18'

/** @param outDir emptied first */
export async function buildPackage(outDir = inProject('dist-npm')): Promise<void> {
  rmSync(outDir, { recursive: true, force: true })
  await bundle(outDir, { worklets: inProject('widget/audio/worklets.ts') })
  await bundle(outDir, Object.fromEntries(ENTRIES.map((name) => [name, inProject(`widget/npm/${name}.ts`)])), [
    WORKLETS,
  ])
  // A bundler that sees an address in this form takes the file along.
  const workletFile = "export const workletsUrl = () => new URL('./worklets.js', import.meta.url).href\n"
  writeFileSync(join(outDir, 'worklet-file.js'), workletFile)
  await declarations(outDir)
  const { version, description, license } = JSON.parse(readFileSync(inProject('package.json'), 'utf8'))
  const manifest = {
    ...{ name: 'parley', version, description, license, private: true, type: 'module', sideEffects: false },
    exports: {
      ...Object.fromEntries(
        ENTRIES.map((name) => [`./${name}`, { types: `./types/npm/${name}.d.ts`, default: `./${name}.js` }]),
      ),
      './custom-elements.json': './custom-elements.json',
      './package.json': './package.json',
    },
    customElements: 'custom-elements.json',
    peerDependencies: { react: REACT, '@types/react': REACT },
    peerDependenciesMeta: { react: { optional: true }, '@types/react': { optional: true } },
  }
  writeFileSync(join(outDir, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  cpSync(inProject('docs/custom-elements.json'), join(outDir, 'custom-elements.json'))
  cpSync(inProject('docs/developers.md'), join(outDir, 'README.md'))
  cpSync(inProject('LICENSE'), join(outDir, 'LICENSE'))
}

/** Left as a file of its own beside the others: what says where the worklets are must not be looked into. */
const WORKLETS: Plugin = {
  name: 'worklet-file',
  enforce: 'pre',
  resolveId: (id) => (id.endsWith('/worklet-file.ts') ? { id: './worklet-file.js', external: true } : undefined),
}

async function bundle(outDir: string, input: Record<string, string>, plugins: Plugin[] = []): Promise<void> {
  await build({
    configFile: false,
    plugins: plugins,
    root: projectDir,
    publicDir: false,
    logLevel: 'warn',
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      outDir,
      emptyOutDir: false,
      target: 'es2022',
      modulePreload: false,
      reportCompressedSize: false,
      // Whoever builds the website minifies; until then it is to be read.
      minify: false,
      // As a library: else each import() gets a wrapper of Vite's, on which the Vite of whoever builds the website chokes.
      lib: { entry: input, formats: ['es'] },
      rolldownOptions: {
        external: ['react'],
        output: {
          format: 'es',
          // Hooks: a server component may import it, and draws it in the browser.
          banner: ({ name }) => (name === 'react' ? "'use client'" : ''),
          entryFileNames: '[name].js',
          chunkFileNames: '[name]-[hash].js',
        },
      },
    },
  })
}

/** The types that the entries show, and those that these name. None may need another package, but for React's. */
async function declarations(outDir: string): Promise<void> {
  const all = mkdtempSync(join(tmpdir(), 'parley-types-'))
  try {
    const flags = ['--noEmit', 'false', '--declaration', '--emitDeclarationOnly', '--rootDir', '.', '--outDir', all]
    const tsc = [programOf('typescript', 'tsc'), '-p', 'widget', '--pretty', 'false', ...flags]
    const { code, output } = await runQuietly(process.execPath, tsc)
    if (code !== 0) throw new Error(`The types could not be made:\n${output}`)
    const wanted = ENTRIES.map((name) => `widget/npm/${name}.d.ts`)
    for (const path of wanted) {
      const text = readFileSync(join(all, path), 'utf8')
      for (const specifier of specifiersIn(path, text)) {
        if (specifier === 'react') continue
        if (!specifier.startsWith('.')) throw new Error(`${path} needs ${specifier}: the package has no dependencies`)
        const next = posix.join(posix.dirname(path), specifier.replace(/\.ts$/, '.d.ts'))
        if (!wanted.includes(next)) wanted.push(next)
      }
      const target = join(outDir, 'types', path.replace('widget/', ''))
      mkdirSync(dirname(target), { recursive: true })
      writeFileSync(target, text.replaceAll(/(['"]\.[^'"]*)\.ts(['"])/g, '$1.js$2'))
    }
  } finally {
    rmSync(all, { recursive: true })
  }
}

function specifiersIn(path: string, text: string): string[] {
  const found: string[] = []
  new Visitor({
    ImportDeclaration: (node) => found.push(node.source.value),
    ExportAllDeclaration: (node) => found.push(node.source.value),
    ExportNamedDeclaration: (node) => node.source && found.push(node.source.value),
    TSImportType: (node) => found.push(node.source.value),
  }).visit(parseSync(path, text).program)
  return found
}

if (import.meta.main) {
  await buildPackage()
  const files = globSync('**/*', { cwd: inProject('dist-npm') }).length
  console.log(`dist-npm/: ${files} files. npm pack ./dist-npm makes the file to install (docs/developers.md).`)
}
