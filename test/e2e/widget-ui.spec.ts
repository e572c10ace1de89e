/** The panel as visitors meet it, by mouse, keyboard and ear; the conversation behind it is scripted. */
import { expect, type Locator, type Page, test } from '@playwright/test'
import type { NoticeFrame } from '../../protocol/frames.ts'
import { turn } from '../widget/ui/fake-conversation.ts'
import { type Gallery, openGallery } from '../widget/ui/gallery.ts'
import { launcher, openPanel, panel, type Site, visitShop } from '../widget/ui/shop.ts'

// Still pictures: what moves is not what is tested here.
test.use({ contextOptions: { reducedMotion: 'reduce' } })

let gallery: Gallery
// A file that was asked for may still be on its way when a test ends.
test.afterEach(({ page }) => page.unrouteAll({ behavior: 'ignoreErrors' }))
test.beforeAll(async () => {
  gallery = await openGallery()
})
test.afterAll(() => gallery.close())

const visit = (page: Page, site?: Site) => visitShop(gallery, page, site)

test.describe('by keyboard and ear', () => {
  test('open, start, write, close and come back without a mouse', async ({ page }) => {
    await visit(page)
    await page.keyboard.press('Tab')
    await expect(launcher(page)).toBeFocused()
    await page.keyboard.press('Enter')
    await expect(page.getByRole('dialog', { name: 'Harbour House concierge' })).toBeVisible()
    await expect(page.getByRole('button', { name: 'Start talking' })).toBeFocused()
    await page.keyboard.press('Enter')
    await expect(panel(page)).toBeFocused()
    await expect(page.getByRole('status')).toHaveText('On a call')
    await tabTo(page, page.getByLabel('Message'))
    await page.keyboard.type('Is there a lift?')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('log')).toContainText('Is there a lift?')
    await page.keyboard.press('Escape')
    await expect(panel(page)).toBeHidden()
    await expect(launcher(page)).toBeFocused()
    await expect(launcher(page)).toHaveText('On a call')
    await page.evaluate(() => window.parley?.setMuted(true))
    await expect(launcher(page)).toHaveText('On a call · Muted')
    await page.keyboard.press('Enter')
    await tabTo(page, page.getByRole('button', { name: 'Hang up' }))
    await page.keyboard.press('Enter')
    await expect(page.locator('parley-widget')).toHaveAttribute('state', 'ended')
    expect(await focusIsInPanel(page)).toBe(true)
  })

  test('forget asks in place, and Escape means no', async ({ page }) => {
    await visit(page, { story: 'ended' })
    await openPanel(page)
    const more = page.getByRole('button', { name: 'More options' })
    const forget = page.getByRole('button', { name: 'Forget this conversation' })
    await more.click()
    await expect(page.getByRole('region', { name: 'More options' })).toBeFocused()
    // What lies below is out of reach meanwhile.
    await expect(panel(page).locator('.rest')).toHaveAttribute('inert')
    await forget.click()
    await expect(page.getByRole('button', { name: 'Keep' })).toBeFocused()
    await page.keyboard.press('Escape')
    await expect(page.getByRole('button', { name: 'Erase' })).toBeHidden()
    await expect(panel(page)).toBeVisible()
    await expect(more).toBeFocused()
    await more.click()
    await forget.click()
    await page.getByRole('button', { name: 'Erase' }).click()
    await expect(page.getByRole('button', { name: 'Start talking' })).toBeVisible()
    await expect(page.getByRole('status')).toHaveText('The conversation was erased.')
    expect(await page.evaluate(() => window.fake?.calls)).toContain('forget')
    expect(await focusIsInPanel(page)).toBe(true)
  })

  test('a question opens the panel, takes no focus, is read out, and is answered by keyboard', async ({ page }) => {
    await visit(page, { story: 'text-live' })
    await openPanel(page)
    await page.keyboard.press('Escape')
    await expect(panel(page)).toBeHidden()
    const questions = [{ item: 'item_7', label: 'Booking', text: 'Book two nights?' }]
    await page.evaluate((asked) => window.fake?.tell({ questions: asked }), questions)
    const card = page.getByRole('alert', { name: 'Booking' })
    await expect(card).toContainText('Book two nights?')
    await expect(launcher(page)).not.toBeFocused()
    for (const button of await card.getByRole('button').all()) {
      expect((await button.boundingBox())?.height).toBeGreaterThanOrEqual(44)
    }
    expect(await focusIsInPanel(page)).toBe(false)
    await tabTo(page, card.getByRole('button', { name: 'Yes' }))
    await page.keyboard.press('Tab')
    await expect(card.getByRole('button', { name: 'No' })).toBeFocused()
    await page.keyboard.press('Enter')
    await expect(card).toBeHidden()
    expect(await focusIsInPanel(page)).toBe(true)
    expect(await page.evaluate(() => window.fake?.calls)).toContain('confirm item_7 false')
  })

  test('keys pressed in the panel are no shortcuts of the page', async ({ page }) => {
    await visit(page, { story: 'text-live' })
    await page.evaluate(() => {
      const keys: string[] = []
      Object.assign(window, { keys })
      document.addEventListener('keydown', (event) => keys.push(event.key))
    })
    await openPanel(page)
    await page.getByLabel('Message').pressSequentially('s?/')
    await page.keyboard.press('Escape')
    expect(await page.evaluate(() => (window as unknown as { keys: string[] }).keys)).toEqual([])
  })

  test('finished answers are read out in text mode, growing captions are not', async ({ page }) => {
    await visit(page, { story: 'text-live' })
    await openPanel(page)
    const growing = turn('assistant', 'Yes, from eight', { position: 90, status: 'in_progress', via: 'text' })
    await page.evaluate((item) => window.fake?.tell({ item }), growing)
    await expect(page.getByRole('log')).toContainText('Yes, from eight')
    await expect(page.getByRole('status')).toHaveText('')
    const whole = { ...growing, text: 'Yes, from eight in the morning.', status: 'completed' as const }
    await page.evaluate((item) => window.fake?.tell({ item }), whole)
    await expect(page.getByRole('status')).toHaveText('Yes, from eight in the morning.')
  })

  for (const story of ['welcome', 'speaking', 'ended', 'mic-denied-idle', 'push-to-talk']) {
    test(`every target in "${story}" is at least 44 px, on a phone too`, async ({ page }) => {
      await page.setViewportSize({ width: 360, height: 740 })
      await visit(page, { story })
      await openPanel(page)
      expect(await panel(page).boundingBox()).toEqual({ x: 0, y: 0, width: 360, height: 740 })
      for (const target of await panel(page).locator('button, textarea').all()) {
        const { width = 0, height = 0 } = (await target.boundingBox()) ?? {}
        expect(Math.min(width, height), await target.evaluate((element) => element.outerHTML)).toBeGreaterThanOrEqual(
          44,
        )
      }
      const overflow = await panel(page).evaluate((box) => box.scrollWidth - box.clientWidth)
      expect(overflow, 'nothing sticks out sideways').toBe(0)
    })
  }
})

test.describe('near a cap', () => {
  const near = (more: Partial<NoticeFrame>): NoticeFrame => ({
    ...{ type: 'notice', code: 'limit_near', call: null, share: 0.8 },
    ...more,
  })
  const limit = (page: Page) => panel(page).locator('.limit')

  test('the seconds run down, and are said once', async ({ page }) => {
    await page.clock.install()
    await visit(page, { story: 'speaking' })
    await openPanel(page)
    await expect(limit(page)).toHaveCount(0)
    await page.evaluate((notice) => window.fake?.tell({ notice }), near({ cap: 'time_cap', seconds: 62 }))
    await expect(limit(page)).toHaveText('This call ends in 1:02')
    await expect(page.getByRole('status')).toHaveText('This call ends in about 1 minute.')
    await page.evaluate(() => {
      const region = document.querySelector('parley-widget')?.shadowRoot?.querySelector('[role=status]')
      if (!region) throw new Error('nothing is said')
      const said: string[] = []
      Object.assign(window, { said })
      const hear = () => said.push(region.textContent ?? '')
      new MutationObserver(hear).observe(region, { characterData: true, subtree: true, childList: true })
    })
    for (const left of ['1:01', '1:00', '0:59']) {
      await page.clock.fastForward(1000)
      await expect(limit(page)).toHaveText(`This call ends in ${left}`)
    }
    await expect(limit(page).locator('time')).toHaveAttribute('datetime', 'PT59S')
    await page.clock.fastForward(60_000)
    await expect(limit(page)).toHaveText('This call ends in 0:00')
    expect(await page.evaluate(() => (window as unknown as { said: string[] }).said)).toEqual([])
    // Neither the line nor anything around it is a live region: each second would be read out.
    expect(await limit(page).evaluate((line) => line.closest('[aria-live], [role=status], [role=alert]'))).toBeNull()
    await page.evaluate(() => window.fake?.tell({ state: 'ended' }))
    await expect(limit(page)).toHaveCount(0)
  })

  test('money is told in words, without a number', async ({ page }) => {
    await visit(page, { story: 'money-near' })
    await openPanel(page)
    await expect(limit(page)).toHaveText('Only a few more answers are possible')
    await expect(page.getByRole('status')).toHaveText('Only a few more answers are possible.')
  })

  test('the visitor hears what happened at the end of what one visitor has', async ({ page }) => {
    await visit(page, { story: 'visitor-cap' })
    await openPanel(page)
    await expect(panel(page).getByRole('heading', { name: 'That is all for you today' })).toBeVisible()
    await expect(page.getByRole('log')).toContainText('The assistant was asked to come to an end')
    await expect(panel(page).getByRole('button', { name: 'Continue' })).toHaveCount(0)
    await expect(panel(page).getByRole('button', { name: 'Start talking' })).toHaveCount(0)
  })

  for (const story of ['time-near', 'money-near', 'visitor-near']) {
    for (const width of [360, 1280]) {
      test(`"${story}" fits at ${width} px, and can be read, light and dark`, async ({ page }) => {
        await page.setViewportSize({ width, height: 740 })
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme })
          await visit(page, { story })
          await openPanel(page)
          await expect(limit(page)).toBeVisible()
          const overflow = await panel(page).evaluate((box) => box.scrollWidth - box.clientWidth)
          expect(overflow, 'nothing sticks out sideways').toBe(0)
          expect(await contrast(limit(page)), colorScheme).toBeGreaterThanOrEqual(4.5) // WCAG 1.4.3
        }
      })
    }
  }
})

test.describe('thread', () => {
  test('stays at the newest words, unless the visitor scrolled up', async ({ page }) => {
    await visit(page, { story: 'long' })
    await openPanel(page)
    const log = page.getByRole('log')
    const toEnd = () => log.evaluate((box) => Math.round(box.scrollHeight - box.scrollTop - box.clientHeight))
    const say = (text: string) =>
      page.evaluate(
        (item) => window.fake?.tell({ item }),
        turn('assistant', text, { position: 200, status: 'in_progress' }),
      )
    await expect.poll(toEnd).toBe(0)
    await say('One word. '.repeat(40))
    expect(await toEnd()).toBe(0)
    await page.evaluate(() => window.fake?.tell({ trouble: { code: 'no_answer', ways: [] } }))
    await expect.poll(toEnd).toBe(0)
    await log.evaluate((box) => box.scrollTo({ top: 50, behavior: 'instant' }))
    await expect(page.getByRole('button', { name: 'Newest message' })).toBeVisible()
    await say('One word. '.repeat(60))
    expect(await log.evaluate((box) => box.scrollTop)).toBe(50)
    await page.getByRole('button', { name: 'Newest message' }).click()
    await expect.poll(toEnd).toBe(0)
    await expect(page.getByRole('button', { name: 'Newest message' })).toBeHidden()
  })

  test('the words of a person stand under their name, on neither side of the two', async ({ page }) => {
    await visit(page, { story: 'handed-over' })
    await openPanel(page)
    const person = page.getByRole('log').locator('.turn.person')
    await expect(person.getByText('Bea, front desk')).toBeVisible()
    await expect(person).toContainText('I have sent it just now.')
    await expect(person).toHaveCount(1)
  })

  test('a drop is told once it is over, in its place', async ({ page }) => {
    await visit(page, { story: 'speaking' })
    await openPanel(page)
    await page.evaluate(() => window.fake?.tell({ state: 'reconnecting' }))
    await expect(page.locator('.status')).toHaveText('Reconnecting…')
    await page.evaluate(() => window.fake?.tell({ state: 'live' }))
    await page.evaluate((item) => window.fake?.tell({ item }), turn('user', 'Still there?', { position: 99 }))
    await expect(page.locator('.thread > *').nth(-2)).toHaveText('Reconnected')
    await expect(page.locator('.thread > *').nth(-1)).toContainText('Still there?')
  })

  test('refused microphone: what happened, and writing in the same thread', async ({ page }) => {
    await visit(page, { story: 'start-refused' })
    await openPanel(page)
    await page.getByRole('button', { name: 'Start talking' }).click()
    await expect(page.getByRole('heading', { name: 'The microphone is blocked' })).toBeVisible()
    await page.getByRole('button', { name: 'Write instead' }).click()
    await expect(page.getByLabel('Message')).toBeFocused()
    await page.keyboard.type('Hello')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('log')).toContainText('Hello')
  })

  test('holding the button talks, letting go stops', async ({ page }) => {
    await visit(page, { story: 'push-to-talk' })
    await openPanel(page)
    const hold = page.getByRole('button', { name: 'Hold to talk' })
    await hold.hover()
    await page.mouse.down()
    await page.mouse.up()
    await hold.focus()
    await page.keyboard.press('Space')
    await expect
      .poll(() => page.evaluate(() => window.fake?.calls))
      .toEqual(['restore', 'talk true', 'talk false', 'talk true', 'talk false'])
  })
})

async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let presses = 0; presses < 12; presses++) {
    if (await target.evaluate((element) => element.matches(':focus'))) return
    await page.keyboard.press('Tab')
  }
  throw new Error('not reached by Tab')
}

function focusIsInPanel(page: Page): Promise<boolean> {
  return panel(page).evaluate((box) => box.matches(':focus-within'))
}

/** Of the words of a line on the panel (WCAG 2.2, contrast ratio). */
function contrast(line: Locator): Promise<number> {
  return line.evaluate((element) => {
    const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
    const back = element.closest('.panel')
    if (!context || !back) throw new Error('nothing to look at')
    const luminance = (colour: string) => {
      context.fillStyle = colour
      context.fillRect(0, 0, 1, 1)
      const [r = 0, g = 0, b = 0] = [...context.getImageData(0, 0, 1, 1).data].map((value) => {
        const part = value / 255
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
      })
      return 0.2126 * r + 0.7152 * g + 0.0722 * b
    }
    const [a, b] = [luminance(getComputedStyle(element).color), luminance(getComputedStyle(back).backgroundColor)]
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
  })
}
