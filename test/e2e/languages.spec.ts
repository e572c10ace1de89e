/** The widget in every language, with a scripted conversation behind it. */
import { expect, type Locator, type Page, test } from '@playwright/test'
import { LANGUAGES } from '../../widget/ui/language.ts'
import { texts as en } from '../../widget/ui/texts/en.ts'
import { turn } from '../widget/ui/fake-conversation.ts'
import { type Gallery, openGallery } from '../widget/ui/gallery.ts'
import { BROKER, launcher, openPanel, panel, visitShop } from '../widget/ui/shop.ts'
import { textFile } from '../widget/ui/text-file.ts'

const PHONE = { width: 360, height: 740 }
const ARABIC = 'الإفطار من السابعة حتى العاشرة والنصف، وحتى الحادية عشرة والنصف في عطلة نهاية الأسبوع.'

// Still pictures: what moves is not what is tested here.
test.use({ contextOptions: { reducedMotion: 'reduce' }, viewport: PHONE })

let gallery: Gallery
// A file that was asked for may still be on its way when a test ends.
test.afterEach(({ page }) => page.unrouteAll({ behavior: 'ignoreErrors' }))
test.beforeAll(async () => {
  gallery = await openGallery()
})
test.afterAll(() => gallery.close())

const visit = (page: Page, lang: string, story: string, more = '') =>
  visitShop(gallery, page, {
    story,
    script: `<script src="${BROKER}/widget.js" data-agent="concierge" data-lang="${lang}" ${more} async></script>`,
  })

test('Arabic is mirrored and fits a phone, what is said keeps its own direction; German counts minutes', async ({
  page,
}) => {
  await visit(page, 'ar', 'speaking')
  const button = await boxOf(launcher(page))
  expect(button.x, 'the lower corner at the end side').toBeLessThan(PHONE.width / 4)
  await openPanel(page)
  await expect(page.locator('parley-widget .root')).toHaveAttribute('dir', 'rtl')
  await expect(page.locator('parley-widget .root')).toHaveAttribute('lang', 'ar')
  expect(await overflowing(page)).toEqual([])
  const [avatar, close] = [
    await boxOf(panel(page).locator('.avatar')),
    await boxOf(panel(page).locator('.header button').last()),
  ]
  expect(avatar.x).toBeGreaterThan(close.x)
  const last = panel(page).locator('.turn').last()
  await page.evaluate((item) => window.fake?.tell({ item }), turn('assistant', ARABIC, { position: 300 }))
  await expect(last).toContainText(ARABIC)
  const words = (row: Locator) => row.locator('.bubble > div').evaluate((div) => getComputedStyle(div).direction)
  expect(await words(last)).toBe('rtl')
  expect(await words(panel(page).locator('.turn').first())).toBe('ltr')

  await visit(page, 'de', 'speaking', 'data-texts=\'{"startTalking":"Los","live":"Am Apparat"}\'')
  await openPanel(page)
  await expect(panel(page).locator('.status')).toContainText('Am Apparat')
  for (const [seconds, left] of [
    [359, '6 Minuten'],
    [62, '1 Minute'],
  ] as const) {
    const near = { type: 'notice', code: 'limit_near', call: null, share: 0.8, cap: 'time_cap', seconds } as const
    await page.evaluate((notice) => window.fake?.tell({ notice }), near)
    await expect(page.getByRole('status')).toHaveText(`Das Gespräch endet in etwa ${left}.`)
  }
})

for (const language of LANGUAGES) {
  test(`${language} fits at 360 px in every state that matters @long`, async ({ page }) => {
    const { placeholder } = language === 'en' ? en : (await textFile(language)).texts
    const states = [
      'welcome',
      'speaking',
      'listening',
      'muted',
      'gave-up',
      'mic-denied-idle',
      'echo',
      'ended',
      'time-near',
    ]
    for (const story of [...states, 'push-to-talk', 'in-other-tab', 'visitor-cap', 'reconnecting', 'asked']) {
      await visit(page, language, story)
      // The launcher covers nothing but its corner.
      if (story === 'welcome') expect((await boxOf(launcher(page))).width).toBeLessThan(PHONE.width - 32)
      await page.evaluate(() => window.parley?.open())
      await expect(panel(page)).toBeVisible()
      await expect(panel(page).getByRole('textbox')).toHaveAttribute('placeholder', placeholder)
      expect(await overflowing(page), story).toEqual([])
    }
  })
}

for (const [lang, text, direction] of [
  ['en', ARABIC, 'rtl'],
  ['he', 'Breakfast is from seven to half past ten, and until half past eleven on weekends.', 'ltr'],
] as const) {
  test(`${direction} words in a panel of ${lang}: the bubble keeps its side and corner, the words their own @long`, async ({
    page,
  }) => {
    await visit(page, lang, 'text-live')
    await openPanel(page)
    for (const role of ['assistant', 'user'] as const) {
      await page.evaluate(
        (item) => window.fake?.tell({ item }),
        turn(role, text, { via: 'text', status: 'interrupted' }),
      )
      const bubble = panel(page).locator(`.turn.${role} .bubble`).last()
      await expect(bubble).toContainText(text)
      const [box, row] = [await boxOf(bubble), await boxOf(panel(page).locator('.turn').last())]
      // The assistant's words have the whole width and no corners; the visitor's bubble stands at the end.
      const gaps = { left: box.x - row.x, right: row.x + row.width - box.x - box.width }
      const isWide = role === 'assistant'
      expect(gaps.left < 1, 'left').toBe(isWide || lang === 'he')
      expect(gaps.right < 1, 'right').toBe(isWide || lang === 'en')
      const look = await bubble.evaluate((element) => {
        const words = element.querySelector(':scope > div')
        const { borderBottomLeftRadius, borderBottomRightRadius } = getComputedStyle(element)
        return {
          direction: words && getComputedStyle(words).direction,
          corners: [borderBottomLeftRadius, borderBottomRightRadius],
        }
      })
      expect(look.direction).toBe(direction)
      const [left, right] = look.corners.map((corner) => Number.parseFloat(corner))
      if (isWide) expect([left, right]).toEqual([0, 0])
      // The corner beside the panel's edge is the small one.
      else expect((left ?? 0) < (right ?? 0)).toBe(lang === 'he')
    }
  })
}

for (const language of LANGUAGES) {
  test(`${language}: the bar of the call keeps its height at 360 px, whatever goes on @long`, async ({ page }) => {
    for (const story of ['speaking', 'relayed']) {
      await visit(page, language, story)
      await openPanel(page)
      const bar = panel(page).locator('.call')
      const heights: Record<string, number> = {}
      const look = async (what: string) => {
        heights[what] = (await boxOf(bar)).height
        expect(await overflowing(page), `${story}, ${what}`).toEqual([])
      }
      for (const activity of ['listening', 'hearing', 'thinking', 'speaking'] as const) {
        await page.evaluate((now) => window.fake?.tell({ activity: now }), activity)
        await look(activity)
      }
      await page.evaluate(() => window.fake?.tell({ activity: 'thinking', atWork: ['item_1'] }))
      await look('a tool')
      await page.evaluate(() => window.fake?.tell({ activity: 'listening', atWork: [] }))
      await bar.locator('.control').first().click()
      await look('muted')
      await page.evaluate(() => window.fake?.tell({ state: 'reconnecting' }))
      await look('reconnecting')
      expect(new Set(Object.values(heights)).size, JSON.stringify(heights)).toBe(1)
    }
  })
}

test('a language that cannot be fetched comes later, without a reload @long', async ({ page }) => {
  await page.clock.install()
  await visit(page, 'fr', 'welcome')
  let refused = 0
  await page.route(/\/texts-fr-/, (route) => {
    refused++
    return route.abort()
  })
  await openPanel(page)
  await expect(panel(page).getByRole('button', { name: 'Start talking' })).toBeVisible()
  await page.unroute(/\/texts-fr-/)
  await expect(async () => {
    await page.clock.fastForward(2000)
    await expect(panel(page).getByRole('button', { name: 'Commencer à parler' })).toBeVisible({ timeout: 500 })
  }).toPass()
  expect(refused).toBeGreaterThan(0)
})

async function boxOf(target: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  const box = await target.boundingBox()
  if (!box) throw new Error('not drawn')
  return box
}

/** What sticks out sideways of the panel, or is wider than the box around it; a name may be cut, with an ellipsis. */
function overflowing(page: Page): Promise<string[]> {
  return panel(page).evaluate((box) => {
    const { left, right } = box.getBoundingClientRect()
    const isOut = (element: Element) => {
      const { left: from, right: to, width } = element.getBoundingClientRect()
      return width > 1 && (from < left - 0.5 || to > right + 0.5)
    }
    const isCut = (element: Element) =>
      element.matches('button, p, h3, .doing, .status, .bubble') &&
      (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1) &&
      getComputedStyle(element).display !== 'inline'
    const found = [...box.querySelectorAll('*')].filter((element) => isOut(element) || isCut(element))
    if (box.scrollWidth > box.clientWidth) found.push(box)
    return found.map((element) => element.outerHTML.slice(0, 200))
  })
}
