import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { findChromium } from '../../scripts/lib/chromium.ts'
import { missingSpeechPackages } from '../../scripts/lib/speech-packages.ts'

const dir = mkdtempSync(join(tmpdir(), 'parley-machine-'))
afterAll(() => rmSync(dir, { recursive: true }))

describe('Chromium', () => {
  const path = join(dir, 'google-chrome')
  writeFileSync(path, '')
  chmodSync(path, 0o755)

  it('is taken from CHROME_PATH first', () => {
    expect(findChromium({ CHROME_PATH: path, PATH: '/usr/bin' })).toBe(path)
  })

  it('is looked for no further when CHROME_PATH is wrong', () => {
    expect(() => findChromium({ CHROME_PATH: join(dir, 'nothing') })).toThrow('CHROME_PATH')
  })

  it('is found among the system’s programs', () => {
    // Playwright's own download goes first where a developer has one.
    expect(findChromium({ PATH: dir })).toMatch(/google-chrome$|ms-playwright/)
  })
})

describe('speech packages', () => {
  it('are reported by name when they are missing', () => {
    expect(missingSpeechPackages(['vitest', 'no-such-package'])).toEqual(['no-such-package'])
  })
})
