/** The panel where things go wrong, and where people write in other ways than a test types; the conversation is scripted. */
import { expect, test } from '@playwright/test'
import { turn } from '../widget/ui/fake-conversation.ts'
import { type Gallery, openGallery } from '../widget/ui/gallery.ts'
import { BROKER, openPanel, openStory, panel, visitShop } from '../widget/ui/shop.ts'

let gallery: Gallery
test.afterEach(({ page }) => page.unrouteAll({ behavior: 'ignoreErrors' }))
test.beforeAll(async () => {
  gallery = await openGallery()
})
test.afterAll(() => gallery.close())

test('what cannot be fetched is fetched again, and nobody is left before an empty panel @long', async ({ page }) => {
  let isDown = true
  await openStory(gallery, page, 'closed')
  await page.route(`${BROKER}/assets/consent-*.js`, (route) => (isDown ? route.abort() : route.fallback()))
  await page.goto(page.url().replace('closed', 'consent'))
  await openPanel(page)
  await expect(panel(page).getByRole('alert')).toContainText('We cannot be reached right now')
  isDown = false
  await expect(panel(page).getByRole('button', { name: /agree/i })).toBeVisible()
  await expect(panel(page).getByRole('alert')).toHaveCount(0)
})

test('keys that belong to an input method neither send nor close @long', async ({ page }) => {
  await openStory(gallery, page, 'text-live')
  const box = page.getByRole('textbox')
  await box.fill('にほん')
  // As Safari has them: the composition is over already when the key comes that ended it.
  const press = (key: string, keyCode: number) =>
    box.evaluate(
      (target, init) => target.dispatchEvent(new KeyboardEvent('keydown', { ...init, bubbles: true, composed: true })),
      { key, keyCode },
    )
  await press('Enter', 229)
  await press('Escape', 229)
  await expect(box).toHaveValue('にほん')
  await expect(panel(page)).toBeVisible()
  await press('Enter', 13)
  await expect(box).toHaveValue('')
})

test('a growing caption draws its own bubble, and no other @long', async ({ page }) => {
  await openStory(gallery, page, 'text-live')
  // Each bubble that is drawn asks which day it is.
  await page.evaluate(() => {
    const watched = window as Window & { testDrawn?: number }
    watched.testDrawn = 0
    const { toDateString } = Date.prototype
    Date.prototype.toDateString = function () {
      watched.testDrawn = (watched.testDrawn ?? 0) + 1
      return toDateString.call(this)
    }
  })
  expect(await panel(page).locator('.turn').count()).toBeGreaterThan(2)
  const told = () => page.evaluate(() => (window as Window & { testDrawn?: number }).testDrawn ?? 0)
  const grow = (text: string) =>
    page.evaluate(
      (item) => window.fake?.tell({ item }),
      turn('assistant', text, { position: 90, via: 'text', status: 'in_progress' }),
    )
  await grow('One')
  await expect(panel(page).getByText('One', { exact: true })).toBeVisible()
  const before = await told()
  for (const text of ['One two', 'One two three', 'One two three four']) await grow(text)
  await expect(panel(page).getByText('One two three four')).toBeVisible()
  // Two for its own title each time, and two for the time at the head of the thread.
  expect((await told()) - before).toBeLessThanOrEqual(3 * 4)
})

test('what was written while nobody could be reached says so @long', async ({ page }) => {
  await openStory(gallery, page, 'text-live')
  const typed = turn('user', 'Is anybody there?', { position: 90, via: 'text', status: 'in_progress' })
  await page.evaluate((item) => window.fake?.tell({ item }), typed)
  const bubble = panel(page).locator('.turn', { hasText: 'Is anybody there?' })
  await expect(bubble).not.toContainText('not sent yet')
  await page.evaluate(() => window.fake?.tell({ state: 'ended' }))
  await expect(bubble).toContainText('not sent yet')
})

test('another layout while the panel is open is one that can be left again @long', async ({ page }) => {
  await openStory(gallery, page, 'card-speaking')
  const set = (layout: string) => page.evaluate((to) => window.parley?.setAttribute('layout', to), layout)
  const height = async () => (await panel(page).boundingBox())?.height ?? 0
  await expect.poll(height).toBeLessThan(300)
  await set('panel')
  await expect.poll(height).toBeGreaterThan(600)
  await expect(page.getByLabel('Message')).toBeVisible()
  await set('card')
  await expect.poll(height).toBeLessThan(300)
})

test('an element of the page with the name of our global is no widget @long', async ({ page }) => {
  await visitShop(gallery, page, { story: 'welcome', body: '<div id="parley">Let us parley</div>' })
  await openPanel(page)
  expect(await page.evaluate(() => window.parley?.localName)).toBe('parley-widget')
})
