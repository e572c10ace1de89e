/** What the docs point to is there: files, headings, commands. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { inProject } from '../../scripts/lib/paths.ts'

const pages = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', ...under('docs'), ...under('examples')]
const { scripts } = JSON.parse(readFileSync(inProject('package.json'), 'utf8')) as { scripts: Record<string, string> }

function under(folder: string): string[] {
  return readdirSync(inProject(folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md') && !path.includes('node_modules'))
    .map((path) => join(folder, path))
}

const textOf = (page: string) => readFileSync(inProject(page), 'utf8')

/** As GitHub names headings. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

/** Links to files of the project, without those in code. */
function linksOf(text: string): string[] {
  const prose = text.replaceAll(/```[\s\S]*?```|`[^`\n]*`/g, '')
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target).filter((to) => !/^[a-z]+:/.test(to))
}

describe.each(pages)('%s', (page) => {
  const text = textOf(page)

  it('links to what there is', () => {
    const dead = linksOf(text).filter((link) => {
      const [file = '', anchor] = link.split('#')
      const path = file === '' ? page : join(dirname(page), file)
      if (!existsSync(inProject(path))) return true
      return anchor !== undefined && path.endsWith('.md') && !anchorsOf(textOf(path)).includes(anchor)
    })
    expect(dead).toEqual([])
  })

  it('names commands that exist', () => {
    const named = [...text.matchAll(/\bnpm run (?:-s )?([a-z][\w:-]*)/g)].map(([, name = '']) => name)
    expect(named.filter((name) => !(name in scripts))).toEqual([])
    const files = [...text.matchAll(/\bnode (?:--\S+ )*((?:scripts|bench|simulator|test)\/[\w/.-]+)/g)]
    expect(files.map(([, file = '']) => file).filter((file) => !existsSync(inProject(file)))).toEqual([])
  })

  it('names files of the project that exist', () => {
    const named = [
      ...text.matchAll(/`((?:agents|worker|widget|protocol|simulator|scripts|bench|demo|test)\/[\w./-]+\.\w+)`/g),
    ]
    expect(named.map(([, file = '']) => file).filter((file) => !existsSync(inProject(file)))).toEqual([])
  })
})
