/** Every state of the widget for people who hear it, who need contrast, or who made everything larger; the conversation is scripted. */
import { createRequire } from 'node:module'
import { expect, type Page, test } from '@playwright/test'
import type { AxeResults, RunOnly } from 'axe-core'
import { type Gallery, openGallery } from '../widget/ui/gallery.ts'
import { openStory, panel } from '../widget/ui/shop.ts'
import { STORIES, TWELVE } from '../widget/ui/stories.ts'

/** WCAG 2.2 AA, and what axe itself takes for good practice. */
const EVERYTHING: RunOnly = {
  type: 'tag',
  values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
}
const COLOURS: RunOnly = { type: 'rule', values: ['color-contrast'] }
const MOST: readonly string[] = [...TWELVE, 'asked', 'time-near', 'card-welcome', 'card-speaking', 'inline']
/** A phone, a tablet, a desktop; then a desktop at 200 % and at 400 % (WCAG 1.4.4, 1.4.10), and a phone that lies on its side. */
const WINDOWS = [
  { width: 360, height: 740 },
  { width: 768, height: 1024 },
  { width: 1280, height: 740 },
  { width: 640, height: 360 },
  { width: 320, height: 256 },
  { width: 740, height: 360 },
] as const

// Times in the thread and the running clock are part of what is read.
test.use({ contextOptions: { reducedMotion: 'reduce' }, timezoneId: 'UTC', locale: 'en-GB' })

let gallery: Gallery
test.afterEach(({ page }) => page.unrouteAll({ behavior: 'ignoreErrors' }))
test.beforeAll(async () => {
  gallery = await openGallery()
})
test.afterAll(() => gallery.close())
test.beforeEach(({ page }) => page.clock.setFixedTime('2026-12-01T14:32:00Z'))

test('twelve states: what is read of each, and no violation', async ({ page }) => {
  for (const story of TWELVE) {
    await openStory(gallery, page, story)
    const whole = story === 'closed' ? page.locator('body') : panel(page)
    await expect(whole, story).toMatchAriaSnapshot({ name: `${story}.aria.yml` })
    expect(await violations(page, story)).toEqual([])
  }
})

test('light and dark, by the system and by attribute', async ({ page }) => {
  await openStory(gallery, page, 'echo')
  for (const [system, attribute, ground] of [
    ['dark', 'auto', 'rgb(23, 25, 30)'],
    ['dark', 'light', 'rgb(255, 255, 255)'],
    ['light', 'dark', 'rgb(23, 25, 30)'],
  ] as const) {
    await page.emulateMedia({ colorScheme: system })
    await page.evaluate((scheme) => window.parley?.setAttribute('scheme', scheme), attribute)
    await expect(panel(page)).toHaveCSS('background-color', ground)
    expect(await violations(page, `${attribute} on ${system}`, COLOURS)).toEqual([])
  }
})

for (const story of Object.keys(STORIES)) {
  // What differs in one spot only is looked at in the narrowest window that is usual.
  const windows = MOST.includes(story) ? WINDOWS : WINDOWS.slice(0, 1)
  test(`"${story}" in every window, light and dark @long`, async ({ page }) => {
    for (const window of windows) {
      await page.setViewportSize(window)
      await page.emulateMedia({ colorScheme: 'light' })
      await openStory(gallery, page, story)
      const where = `${story} ${window.width} × ${window.height}`
      expect(await clipped(page), where).toEqual([])
      expect(await violations(page, where)).toEqual([])
      await page.emulateMedia({ colorScheme: 'dark' })
      expect(await violations(page, `${where} dark`, COLOURS)).toEqual([])
    }
  })
}

test('forced colours and the more options are no worse @long', async ({ page }) => {
  await page.emulateMedia({ forcedColors: 'active' })
  for (const story of ['speaking', 'ended']) {
    await openStory(gallery, page, story)
    await panel(page).getByRole('button', { name: 'More options' }).click()
    await expect(page.getByRole('region', { name: 'More options' })).toBeVisible()
    expect(await violations(page, story)).toEqual([])
    expect(await clipped(page), story).toEqual([])
  }
})

async function violations(page: Page, where: string, runOnly: RunOnly = EVERYTHING): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) {
    await page.addScriptTag({ path: createRequire(import.meta.url).resolve('axe-core/axe.min.js') })
  }
  const found: AxeResults = await page.evaluate((rules) => {
    const { axe } = window as unknown as { axe: typeof import('axe-core') }
    return axe.run('parley-widget', { runOnly: rules })
  }, runOnly)
  // A run that looked at nothing finds nothing.
  expect(found.passes.length, where).toBeGreaterThan(0)
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, any }) => {
      return `${where}: ${id} at ${target.flat().join(' ')}: ${any[0]?.message ?? ''}`
    }),
  )
}

/** What sticks out of the window or of the panel, or whose words are cut off, where that is not meant. */
function clipped(page: Page): Promise<string[]> {
  return page.locator('parley-widget').evaluate((widget) => {
    const boxes = [...(widget.shadowRoot?.querySelectorAll<HTMLElement>('.launcher, .panel, .panel *') ?? [])]
    const meant = '.who h2, .doing, .unseen, .unseen *, .thread *, .bars, .bars *, .orb, .orb *, svg *, textarea'
    return boxes.flatMap((box) => {
      const { left, right, width } = box.getBoundingClientRect()
      if (width === 0 || box.matches(meant)) return []
      const name = `${box.localName}.${box.getAttribute('class') ?? ''}`
      if (left < -0.5 || right > innerWidth + 0.5) return [`${name} sticks out: ${left} to ${right} of ${innerWidth}`]
      const hides = getComputedStyle(box).overflowX !== 'visible' && box.scrollWidth > box.clientWidth
      return hides ? [`${name} is cut off: ${box.scrollWidth} in ${box.clientWidth}`] : []
    })
  })
}
