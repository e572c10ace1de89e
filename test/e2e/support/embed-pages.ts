/** What the examples in examples/embed put out where they run: PHP, Liquid and Tag Manager as far as each can be had. */
import { readFileSync } from 'node:fs'
import { Liquid, type TagToken, type TopLevelToken } from 'liquidjs'
import { build } from 'vite'
import { inProject } from '../../../scripts/lib/paths.ts'
import { runQuietly } from '../../../scripts/lib/processes.ts'
import { installPackage, put } from '../../widget/npm/installed.ts'

const example = (path: string) => readFileSync(inProject('examples', path), 'utf8')
const page = (html: string) => ({
  html: `<!doctype html><html lang="en"><title>Shop</title><body>${html}</body></html>`,
})

/** A shop's page with the block rendered by Liquid, with the block's own default settings. */
export async function shopifyPage() {
  const source = example('embed/shopify/blocks/parley.liquid')
  const engine = new Liquid()
  // Shopify's own tag: it is for the editor and puts nothing out.
  engine.registerTag('schema', {
    parse(_token: TagToken, rest: TopLevelToken[]) {
      while (rest.length > 0) {
        const token = rest.shift()
        if (token && 'name' in token && token.name === 'endschema') return
      }
      throw new Error('schema is not closed')
    },
    render: () => '',
  })
  const schema = JSON.parse(source.split(/{% (?:end)?schema %}/)[1] ?? '') as { settings: Record<string, string>[] }
  const settings = Object.fromEntries(schema.settings.map(({ id, default: value }) => [id, value]))
  const html: string = await engine.parseAndRender(source, {
    block: { settings },
    request: { locale: { iso_code: 'de' } },
  })
  return page(html)
}

/** Tag Manager takes the scripts out of a tag and puts in new ones of the same text. */
export function tagManagerPage() {
  const tag = JSON.stringify(example('embed/gtm/tag.html')).replaceAll('<', '\\u003c')
  return page(`<script>
    addEventListener('load', () => {
      const parsed = new DOMParser().parseFromString(${tag}, 'text/html')
      for (const { textContent } of parsed.querySelectorAll('script')) {
        const script = document.createElement('script')
        script.text = textContent
        document.body.append(script)
      }
    })
  </script>`)
}

/** What WordPress makes of the plugin, with the few of its functions that are used. Needs PHP. */
export async function wordpressPage() {
  const file = inProject('test/fixtures/wordpress-page.php')
  const { code, output } = await runQuietly('php', [file, inProject('examples/embed/wordpress/parley/parley.php')])
  if (code !== 0) throw new Error(output)
  return page(output)
}

/** Built by Vite with the installed package, as a developer would. */
export async function builtPages(names: readonly string[]) {
  const packages = ['react', 'react-dom', 'vue', '@vitejs/plugin-vue', 'vite']
  const installed = await installPackage(packages)
  const folders: Record<string, { folder: string }> = {}
  for (const name of names) {
    put(installed, `examples/${name}`, name)
    const root = `${installed.dir}/${name}`
    // Their own names for the folders on the website.
    const key = name.replace('embed/', '')
    await build({ root, base: './', logLevel: 'error', build: { outDir: 'out' } })
    folders[key] = { folder: `${root}/out` }
  }
  return { folders, remove: installed.remove }
}

export function htmlPage() {
  return { html: example('embed/html/index.html') }
}
