/**
 * Makes `import()` in what is built try the network first. A browser may remember for the life of a page that a module could not be
 * fetched (whatwg/html issue 6768), so that no second try is one; `fetch` never does. What it brings is in the HTTP cache, where the
 * module is taken from: same address, same instance.
 */
import type { Plugin } from 'vite'

const IMPORT = /\bimport\(\s*(["'`])(\.\/[^"'`]+)\1\s*\)/g
const HELPER = `const fetched = (file, load) => fetch(new URL(file, import.meta.url)).then((got) => got.ok ? load() : Promise.reject());\n`

export const FETCHED_IMPORTS: Plugin = {
  name: 'fetched-imports',
  renderChunk(code) {
    const changed = code.replace(IMPORT, (whole, _, file: string) => `fetched(${JSON.stringify(file)}, () => ${whole})`)
    return changed === code ? null : { code: HELPER + changed, map: null }
  },
}
