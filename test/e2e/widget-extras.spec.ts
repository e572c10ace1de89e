/** What is fetched only when somebody wants it, and the layouts; the conversation is scripted. */
import { readFile } from 'node:fs/promises'
import { expect, type Page, test } from '@playwright/test'
import { turn } from '../widget/ui/fake-conversation.ts'
import { type Gallery, openGallery } from '../widget/ui/gallery.ts'
import { BROKER, launcher, openPanel, openStory, panel, visitShop } from '../widget/ui/shop.ts'

test.use({ contextOptions: { reducedMotion: 'reduce' } })

let gallery: Gallery
test.afterEach(({ page }) => page.unrouteAll({ behavior: 'ignoreErrors' }))
test.beforeAll(async () => {
  gallery = await openGallery()
})
test.afterAll(() => gallery.close())

const calls = (page: Page) => page.evaluate(() => window.fake?.calls)
const more = (page: Page) => panel(page).getByRole('button', { name: 'More options' }).click()

test('more options: devices, and the transcript to take along', async ({ page, context }) => {
  await context.grantPermissions(['microphone', 'clipboard-read', 'clipboard-write'])
  await openStory(gallery, page, 'speaking')
  await more(page)
  const microphone = page.getByLabel('Microphone')
  const speaker = page.getByLabel('Speaker')
  const another = await microphone.locator('option').nth(1).getAttribute('value')
  await microphone.selectOption(another)
  expect((await calls(page))?.at(-1)).toBe(`useMicrophone ${another}`)
  await microphone.selectOption('')
  expect((await calls(page))?.at(-1)).toBe('useMicrophone ')
  const sink = await speaker.locator('option').nth(1).getAttribute('value')
  await speaker.selectOption(sink)
  const sinkId = () => page.locator('parley-widget audio').evaluate((audio: HTMLAudioElement) => audio.sinkId)
  await expect.poll(sinkId).toBe(sink)

  await page.getByRole('button', { name: 'Copy the conversation' }).click()
  await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible()
  const copied = await page.evaluate(() => navigator.clipboard.readText())
  expect(copied).toContain('You: Is there parking?\n')
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download the conversation' }).click(),
  ])
  expect(download.suggestedFilename()).toBe('Conversation.txt')
  expect(await readFile(await download.path(), 'utf8')).toBe(copied)
})

test('what was written while the panel was closed is counted on the button @long', async ({ page }) => {
  await openStory(gallery, page, 'text-live')
  await page.keyboard.press('Escape')
  const say = (role: 'assistant' | 'user' | 'person', position: number) =>
    page.evaluate((item) => window.fake?.tell({ item }), turn(role, 'Words', { position, via: 'text' }))
  await say('user', 80)
  await expect(launcher(page).locator('.badge')).toHaveCount(0)
  await say('assistant', 81)
  await say('person', 82)
  await expect(launcher(page).locator('.badge')).toHaveText('2')
  await expect(launcher(page)).toHaveAccessibleName(/New messages: 2$/)
  await openPanel(page)
  await page.keyboard.press('Escape')
  await expect(launcher(page).locator('.badge')).toHaveCount(0)
})

test('rating: asked after hanging up where the website wants to know, and told to it @long', async ({ page }) => {
  await openStory(gallery, page, 'rating')
  await page.evaluate(() => {
    document.addEventListener('parley-rating', (event) => {
      Object.assign(window, { score: (event as CustomEvent).detail.score })
    })
  })
  await panel(page).getByRole('button', { name: 'Good', exact: true }).click()
  expect(await page.evaluate(() => (window as unknown as { score: string }).score)).toBe('good')
  await expect(panel(page).getByText('Thank you!')).toBeVisible()
  await expect(panel(page)).toBeFocused()
  await openStory(gallery, page, 'ended')
  await expect(page.getByRole('button', { name: 'Good', exact: true })).toHaveCount(0)
})

test('consent comes before anything, also when the page starts @long', async ({ page }) => {
  await openStory(gallery, page, 'consent')
  await expect(page.getByRole('button', { name: 'Agree and go on' })).toBeFocused()
  await expect(page.getByLabel('Message')).toHaveCount(0)
  await page.evaluate(() => window.parley?.start({ mode: 'voice' }))
  expect(await calls(page)).toEqual(['restore'])
  await page.keyboard.press('Enter')
  await expect(page.locator('parley-widget')).toHaveAttribute('state', 'live')
  expect(await calls(page)).toEqual(['restore', 'agree en', 'start voice'])
  await expect(panel(page)).toBeFocused()
})

test('push-to-talk: the space bar, wherever in the panel it has no other use @long', async ({ page }) => {
  await openStory(gallery, page, 'push-to-talk')
  await expect(page.getByRole('button', { name: 'Hold to talk' })).toBeVisible()
  await page.getByRole('log').focus()
  await page.keyboard.down('Space')
  await expect(page.getByRole('button', { name: 'Hearing you' })).toBeVisible()
  await page.keyboard.up('Space')
  await page.keyboard.down('Space')
  // Whoever leaves the panel meanwhile is not heard any more.
  await page.getByRole('log').evaluate((log) => log.blur())
  await expect(page.getByRole('button', { name: 'Hold to talk' })).toBeVisible()
  expect(await calls(page)).toEqual(['restore', 'talk true', 'talk false', 'talk true', 'talk false'])
  await page.keyboard.up('Space')
  await page.getByLabel('Message').focus()
  await page.keyboard.press('Space')
  await expect(page.getByLabel('Message')).toHaveValue(' ')
  expect((await calls(page))?.length).toBe(5)
})

test('where the panel covers the page, Tab stays in it @long', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 })
  await visitShop(gallery, page, { story: 'text-live', body: '<a href="#">Behind</a>' })
  await openPanel(page)
  const isInside = () => panel(page).evaluate((box) => box.matches(':focus-within'))
  for (const key of ['Tab', 'Shift+Tab']) {
    for (let presses = 0; presses < 8; presses++) {
      await page.keyboard.press(key)
      expect(await isInside(), `${key} ${presses}`).toBe(true)
    }
  }
  await page.setViewportSize({ width: 1280, height: 740 })
  for (let presses = 0; presses < 8; presses++) await page.keyboard.press('Tab')
  expect(await isInside(), 'beside the page it may be left').toBe(false)
})

test('card: small, made large and small again; on a phone it leaves the page in sight @long', async ({ page }) => {
  for (const width of [1280, 360]) {
    await page.setViewportSize({ width, height: 740 })
    await openStory(gallery, page, 'card-speaking')
    const height = async () => (await panel(page).boundingBox())?.height ?? 0
    expect(await height()).toBeLessThan(300)
    await expect(page.getByText('We have six parking places')).toBeInViewport()
    await expect(page.getByLabel('Message')).toBeHidden()
    await panel(page).getByRole('button', { name: 'Show everything' }).click()
    await expect.poll(height).toBeGreaterThan(600)
    await expect(page.getByLabel('Message')).toBeVisible()
    await panel(page).getByRole('button', { name: 'Make it small' }).click()
    await expect.poll(height).toBeLessThan(300)
  }
})

test('inline: in the page, where nothing moves when it opens @long', async ({ page }) => {
  for (const width of [1280, 360]) {
    await page.setViewportSize({ width, height: 740 })
    await visitShop(gallery, page, {
      story: 'speaking',
      head: '<style>parley-widget { --parley-height: 500px }</style>',
      script: `<main style="width: 320px"><parley-widget agent="concierge" layout="inline"></parley-widget><p id="after">After</p></main>
        <script src="${BROKER}/widget.js"></script>`,
    })
    await expect(launcher(page)).toBeVisible()
    const before = await page.locator('#after').boundingBox()
    await openPanel(page)
    const box = await panel(page).boundingBox()
    expect(box).toMatchObject({ width: 320, height: 500 })
    expect(await page.locator('#after').boundingBox()).toEqual(before)
    expect((before?.y ?? 0) - (box?.y ?? 0)).toBeGreaterThanOrEqual(500)
  }
})
