/**
 * Writes what is made from code: docs/openapi.json and docs/errors.md from protocol/, docs/custom-elements.json, which are committed. `--check` writes
 * nothing and fails when they are out of date. `npm run build` calls it too and serves the description at /openapi.json.
 */
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { customElements } from './lib/custom-elements.ts'
import { errorsPage } from './lib/errors-page.ts'
import { openApi } from './lib/openapi.ts'
import { inProject } from './lib/paths.ts'

/** The API description as it is committed and served. */
export function openApiText(): string {
  return json(openApi(version()))
}

function version(): string {
  const { version }: { version: string } = JSON.parse(readFileSync(inProject('package.json'), 'utf8'))
  return version
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

function pages(): Record<string, string> {
  return {
    'docs/openapi.json': openApiText(),
    'docs/errors.md': errorsPage(),
    'docs/custom-elements.json': json(customElements(version())),
  }
}

export async function writePages(): Promise<void> {
  for (const [path, text] of Object.entries(pages())) {
    if (text !== readFileSync(inProject(path), 'utf8')) await writeFile(inProject(path), text)
  }
}

/** Paths of what is not as it would be written. */
function outOfDate(): string[] {
  return Object.entries(pages()).flatMap(([path, text]) =>
    readFileSync(inProject(path), 'utf8') === text ? [] : [path],
  )
}

if (import.meta.main) {
  if (process.argv.includes('--check')) {
    const old = outOfDate()
    if (old.length > 0) {
      console.error(`${old.join(' and ')} differ from the code: run npm run build and commit what it wrote.`)
      process.exitCode = 1
    }
  } else await writePages()
}
