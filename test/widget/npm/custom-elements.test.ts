import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { customElements } from '../../../scripts/lib/custom-elements.ts'
import { inProject, projectDir } from '../../../scripts/lib/paths.ts'
import { ParleyElement } from '../../../widget/element.ts'
import { sources } from '../../house/imports.ts'

const [declaration] = customElements('1.2.3').modules[0]?.declarations ?? []
const names = (rows: readonly { name: string }[] = []) => rows.map(({ name }) => name).sort()

/** Every file of the widget's face, stylesheets too. */
const face = [
  ...sources(projectDir, ['widget/ui']),
  ...['launcher', 'panel', 'controls', 'thread', 'call'].map((name) => `widget/ui/${name}.css`),
]
  .map((path) => readFileSync(inProject(path), 'utf8'))
  .join('\n')
const found = (pattern: RegExp) => [...new Set([...face.matchAll(pattern)].map(([, name]) => name ?? ''))].sort()

test('it has the attributes that the element observes, and the one that it reflects', () => {
  expect(names(declaration?.attributes)).toEqual([...ParleyElement.observedAttributes, 'state'].sort())
})

test('it has what a page can call and read, no more and no less', () => {
  const inherited = ['constructor', 'connectedCallback', 'disconnectedCallback', 'attributeChangedCallback']
  const own = Object.getOwnPropertyNames(ParleyElement.prototype).filter((name) => !inherited.includes(name))
  expect(names(declaration?.members)).toEqual(own.sort())
})

test('it has every part and every custom property of the stylesheets', () => {
  expect(names(declaration?.cssParts)).toEqual(found(/\bpart(?:=|: )["']([\w-]+)["']/g))
  expect(names(declaration?.cssProperties)).toEqual(found(/(--parley-[\w-]+)/g))
})

test('it has the events that the element tells', () => {
  const told = readFileSync(inProject('widget/element.ts'), 'utf8').matchAll(/#tell\('([\w-]+)'/g)
  expect(names(declaration?.events)).toEqual([...new Set([...told].map(([, name]) => name))].sort())
})
