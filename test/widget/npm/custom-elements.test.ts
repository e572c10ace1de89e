import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { customElements } from '../../../scripts/lib/custom-elements.ts'
import { inProject } from '../../../scripts/lib/paths.ts'
import { ParleyElement } from '../../../widget/element.ts'

const [declaration] = customElements('1.2.3').modules[0]?.declarations ?? []
const names = (rows: readonly { name: string }[] = []) => rows.map(({ name }) => name).sort()

/** First column of the table below a heading of docs/widget.md, which widget-page.test.ts holds against the stylesheets. */
function rows(heading: string): string[] {
  const page = readFileSync(inProject('docs/widget.md'), 'utf8')
  const [, section = ''] = page.split(new RegExp(`^##+ ${heading}$`, 'm'))
  const [table = ''] = section.split(/^##/m)
  const cells = [...table.matchAll(/^\| (`[^|]+) \|/gm)].map(([, names = '']) => names)
  return cells.flatMap((names) => [...names.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)).sort()
}

test('it has the attributes that the element observes, and the one that it reflects', () => {
  expect(names(declaration?.attributes)).toEqual([...ParleyElement.observedAttributes, 'state'].sort())
})

test('it has what a page can call and read, no more and no less', () => {
  const inherited = ['constructor', 'connectedCallback', 'disconnectedCallback', 'attributeChangedCallback']
  const own = Object.getOwnPropertyNames(ParleyElement.prototype).filter((name) => !inherited.includes(name))
  expect(names(declaration?.members)).toEqual(own.sort())
})

test('it has every part and every token', () => {
  expect(names(declaration?.cssParts)).toEqual(rows('Parts'))
  expect(names(declaration?.cssProperties)).toEqual(rows('Tokens'))
})

test('it has the events that the element tells', () => {
  const told = readFileSync(inProject('widget/element.ts'), 'utf8').matchAll(/#tell\('([\w-]+)'/g)
  expect(names(declaration?.events)).toEqual([...new Set([...told].map(([, name]) => name))].sort())
})
