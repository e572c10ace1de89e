import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { embedLine, pin, writeVersions } from '../../scripts/lib/version.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'parley-versions-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

const FILES = ['widget.js', 'assets/app-1.js']

/** A folder as the build leaves it. */
function built(name: string, loader: string): string {
  const outDir = join(dir, name)
  mkdirSync(join(outDir, 'assets'), { recursive: true })
  writeFileSync(join(outDir, 'widget.js'), loader)
  writeFileSync(join(outDir, 'assets/app-1.js'), `app of ${loader}`)
  return outDir
}

test('the loader lies with all that it loads under an address of its content, and its integrity is told', async () => {
  const outDir = built('one', 'loader 1')
  const version = await writeVersions(outDir, FILES, join(dir, 'pinned'))
  expect(version.url).toMatch(/^\/v\/[0-9a-f]{12}\/widget\.js$/)
  expect(version.integrity).toBe(`sha384-${createHash('sha384').update('loader 1').digest('base64')}`)
  expect(JSON.parse(readFileSync(join(outDir, 'widget.json'), 'utf8'))).toEqual(version)
  expect(readFileSync(join(outDir, version.url), 'utf8')).toBe('loader 1')
  expect(readFileSync(join(outDir, version.url, '../assets/app-1.js'), 'utf8')).toBe('app of loader 1')
  expect(embedLine(version)).toContain(`integrity="${version.integrity}" crossorigin="anonymous"`)
})

test('a version that is not pinned ends with the next build, a pinned one does not', async () => {
  const pinned = join(dir, 'pinned')
  const kept = await writeVersions(built('one', 'loader 1'), FILES, pinned)
  await pin(join(dir, 'one'), kept, pinned)
  const lost = await writeVersions(built('two', 'loader 2'), FILES, pinned)
  const newest = await writeVersions(built('three', 'loader 3'), FILES, pinned)
  const served = (url: string) => readFileSync(join(dir, 'three', url), 'utf8')
  expect(served(kept.url)).toBe('loader 1')
  expect(served(`${kept.url}/../assets/app-1.js`)).toBe('app of loader 1')
  expect(served(newest.url)).toBe('loader 3')
  expect(() => served(lost.url)).toThrow('ENOENT')
})
