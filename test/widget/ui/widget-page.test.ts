/** docs/widget.md names every attribute, token and part: what it says is held against the code. */
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ATTRIBUTES } from '../../../widget/ui/settings.ts'

const FOLDER = new URL('../../../widget/ui/', import.meta.url)
const page = readFileSync(new URL('../../../docs/widget.md', import.meta.url), 'utf8')
const sources = readdirSync(FOLDER, { withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map(({ name }) => readFileSync(new URL(name, FOLDER), 'utf8'))
  .join('\n')
const colours = readFileSync(new URL('colour.ts', FOLDER), 'utf8')

/** Names in the first column of the table below this heading. */
function rows(heading: string): string[] {
  const [, section = ''] = page.split(new RegExp(`^##+ ${heading}$`, 'm'))
  const [table = ''] = section.split(/^##/m)
  return [...table.matchAll(/^\| (`[^|]+) \|/gm)].flatMap(([, names = '']) => {
    return [...names.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)
  })
}

test('the attributes', () => {
  expect(rows('Attributes').toSorted()).toEqual([...ATTRIBUTES, 'state'].toSorted())
})

test('the tokens', () => {
  const inStyles = [...sources.matchAll(/--parley-[a-z]+/g)].map(([name]) => name)
  const [, neutrals = ''] = /NEUTRALS = \{\s+light: \{([^}]+)\}/.exec(colours) ?? []
  const inTheme = [...neutrals.matchAll(/^\s+([a-z]+):/gm)].map(([, name]) => `--parley-${name}`)
  expect(inTheme.length).toBeGreaterThan(5)
  expect(rows('Tokens').toSorted()).toEqual([...new Set([...inStyles, ...inTheme])].toSorted())
})

test('the colours of the tokens, light and dark', () => {
  const told = [...page.matchAll(/^\| `--parley-[a-z]+` \| `(#[0-9a-f]{6})`, `(#[0-9a-f]{6})` \|/gm)]
  expect(told.length).toBeGreaterThan(5)
  for (const [row, light, dark] of told) {
    expect(colours, row).toContain(`'${light}'`)
    expect(colours, row).toContain(`'${dark}'`)
  }
})

test('the parts', () => {
  const found = [...sources.matchAll(/\bpart(?:=|: )\{?['"`]([a-z ]+)/g)].map(([, name = '']) => name.trim())
  expect(rows('Parts').toSorted()).toEqual([...new Set(found)].toSorted())
})
