/** Button, panel and element as a website and its visitors meet them; the conversation behind them is scripted. */
import { expect, type Locator, type Page, test } from '@playwright/test'
import { turn } from '../widget/ui/fake-conversation.ts'
import { type Gallery, openGallery } from '../widget/ui/gallery.ts'
import '../widget/ui/fake-app.globals.ts'

// Still pictures: what moves is not what is tested here.
test.use({ contextOptions: { reducedMotion: 'reduce' } })

let gallery: Gallery
test.beforeAll(async () => {
  gallery = await openGallery()
})
test.afterAll(() => gallery.close())

const SITE = 'https://shop.example'
/** Where the widget comes from. Both names are answered by the test, so that neither is a local address to the browser. */
const BROKER = 'https://voice.example'

interface Site {
  story?: string
  head?: string
  body?: string
  headers?: Record<string, string>
  /** In the place of the usual script tag. */
  script?: string
}

/** A website of somebody else, on an origin of its own. */
async function visit(page: Page, { story = '', head = '', body = '', headers = {}, script }: Site = {}): Promise<void> {
  const tag = script ?? `<script src="${BROKER}/widget.js" data-agent="concierge" async></script>`
  const html = `<!doctype html><html lang="en"><head><title>Shop</title>${head}</head><body><h1>Shop</h1>${body}${tag}</body></html>`
  await page.route(`${BROKER}/**`, async (route) => {
    await route.fulfill({
      response: await route.fetch({ url: route.request().url().replace(BROKER, gallery.assetsUrl) }),
    })
  })
  await page.route(`${SITE}/**`, (route) =>
    route.fulfill({ body: html, headers: { 'content-type': 'text/html; charset=utf-8', ...headers } }),
  )
  await page.goto(`${SITE}/?story=${story}`)
}

const launcher = (page: Page): Locator => page.locator('parley-widget .launcher')
const panel = (page: Page): Locator => page.locator('parley-widget .panel')

async function openPanel(page: Page): Promise<void> {
  await launcher(page).click()
  await expect(panel(page)).toBeVisible()
}

test.describe('before intent', () => {
  test('the page is untouched: one request, one global, no storage, no listeners, no audio', async ({ page }) => {
    const requests: string[] = []
    page.on('request', (request) => requests.push(new URL(request.url()).pathname))
    await page.addInitScript(() => {
      const seen: string[] = []
      Object.assign(window, { seen })
      for (const target of [window, document]) {
        target.addEventListener = (type: string) => void seen.push(`listener ${type}`)
      }
      const Context = AudioContext
      window.AudioContext = class extends Context {
        constructor() {
          super()
          seen.push('AudioContext')
        }
      }
      Object.assign(window, { before: Object.getOwnPropertyNames(window) })
    })
    await visit(page)
    await expect(launcher(page)).toBeVisible()
    await page.waitForTimeout(300)
    const after = await page.evaluate(() => {
      const { seen, before } = window as unknown as { seen: string[]; before: string[] }
      const added = Object.getOwnPropertyNames(window).filter((name) => !before.includes(name) && name !== 'before')
      return { seen, added, stored: sessionStorage.length + localStorage.length, styles: document.styleSheets.length }
    })
    expect(after).toEqual({ seen: [], added: ['parley'], stored: 0, styles: 0 })
    expect(requests.filter((path) => path !== '/favicon.ico')).toEqual(['/', '/widget.js'])
  })

  test('pointing at the button fetches the app, and nothing is opened', async ({ page }) => {
    await visit(page)
    const fetched = page.waitForRequest(/assets\/.+\.js/)
    await launcher(page).hover()
    await fetched
    expect(await page.evaluate(() => window.fake)).toBeUndefined()
  })

  test('two script tags make one button', async ({ page }) => {
    const tag = `<script src="${BROKER}/widget.js" data-agent="concierge"></script>`
    await visit(page, { script: tag + tag })
    await expect(page.locator('parley-widget')).toHaveCount(1)
  })

  test('the tag in the head, before there is a body', async ({ page }) => {
    const tag = `<script src="${BROKER}/widget.js" data-agent="concierge"></script>`
    await visit(page, { head: tag, script: '' })
    await expect(launcher(page)).toBeVisible()
    expect(await page.evaluate(() => window.parley?.parentElement?.tagName)).toBe('BODY')
  })
})

test.describe('broker in trouble', () => {
  test('down: the button shows, a click says what happened within 1 s, and trying again works', async ({ page }) => {
    await visit(page)
    await page.route(/\/assets\//, (route) => route.abort())
    await recordEvents(page)
    await launcher(page).click()
    const card = page.getByRole('dialog', { name: 'The assistant cannot be reached' })
    await expect(card).toBeVisible({ timeout: 1000 })
    expect((await events(page))[0]).toMatchObject({ type: 'parley-error', detail: { code: 'broker_unreachable' } })
    await page.unroute(/\/assets\//)
    await card.getByRole('button', { name: 'Try again' }).click()
    await expect(panel(page)).toBeVisible()
    await expect(card).toBeHidden()
  })

  test('silent: the click is answered within 1 s, with a way to try again', async ({ page }) => {
    await visit(page)
    await page.route(/\/assets\//, () => undefined)
    await launcher(page).click()
    await expect(page.getByText('This takes longer than usual')).toBeVisible({ timeout: 1000 })
    await expect(page.getByRole('button', { name: 'Try again' })).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(page.getByText('This takes longer than usual')).toBeHidden()
    await expect(launcher(page)).toBeFocused()
  })
})

test.describe('element', () => {
  test('methods work from the first moment, in order, and events come out of the shadow', async ({ page }) => {
    await visit(page, {
      script: `<script src="${BROKER}/widget.js" data-agent="concierge"></script>
        <script>
          const seen = (window.events = [])
          for (const type of ['parley-state', 'parley-item', 'parley-notice', 'parley-error']) {
            document.addEventListener(type, (event) => seen.push({ type, detail: event.detail }))
          }
          window.done = Promise.all([parley.setMuted(true), parley.send('Is the bar open?')])
        </script>`,
    })
    await page.evaluate(() => (window as unknown as { done: Promise<unknown> }).done)
    expect(await page.evaluate(() => window.fake?.calls)).toEqual(['restore', 'setMuted true', 'send Is the bar open?'])
    expect(await page.evaluate(() => window.parley?.items)).toEqual([
      { id: expect.any(String), role: 'user', text: 'Is the bar open?', status: 'completed' },
    ])
    expect((await events(page)).map(({ type, detail }) => [type, detail.state ?? detail.text])).toEqual([
      ['parley-state', 'connecting'],
      ['parley-state', 'live'],
      ['parley-item', 'Is the bar open?'],
    ])
    await expect(panel(page)).toBeHidden()
  })

  test('attributes: from the script tag, by hand, and the state reflected', async ({ page }) => {
    await visit(page, {
      script: `<script src="${BROKER}/widget.js" data-agent="tutor" data-lang="de" data-mode="text"></script>`,
    })
    const widget = page.locator('parley-widget')
    await expect(widget).toHaveAttribute('agent', 'tutor')
    await expect(widget).toHaveAttribute('state', 'idle')
    await expect(launcher(page)).toHaveText('Schreiben Sie uns')
    await openPanel(page)
    await expect(page.getByPlaceholder('Nachricht schreiben…')).toBeFocused()
    await expect(page.getByRole('button', { name: 'Gespräch beginnen' })).toHaveCount(0)
    await widget.evaluate((element) => element.setAttribute('lang', 'en'))
    await expect(page.getByPlaceholder('Write a message…')).toBeVisible()
    await page.evaluate(() => window.parley?.start({ mode: 'text' }))
    await expect(widget).toHaveAttribute('state', 'live')
    await page.evaluate(() => window.fake?.tell({ state: 'reconnecting' }))
    await expect(widget).toHaveAttribute('state', 'reconnecting')
    await page.evaluate(() => window.parley?.end())
    await expect(widget).toHaveAttribute('state', 'ended')
  })

  test('written by hand, with the broker in an attribute', async ({ page }) => {
    await visit(page, {
      script: `<parley-widget agent="concierge" broker="${BROKER}"></parley-widget>
        <script src="${BROKER}/widget.js"></script>`,
    })
    await openPanel(page)
    expect(await page.evaluate(() => window.parley)).toBeUndefined()
  })

  test('start() calls the conversation inside the page’s own click', async ({ page }) => {
    await visit(page, { body: '<button id="call" onclick="parley.start({ mode: \'voice\' })">Call</button>' })
    await openPanel(page)
    await panel(page).getByRole('button', { name: 'Close' }).click()
    await page.locator('#call').click()
    await expect(page.locator('parley-widget')).toHaveAttribute('state', 'live')
    expect(await page.evaluate(() => window.fake?.startedInTap)).toBe(true)
    await expect(panel(page)).toBeFocused()
  })

  test('moved within the page it goes on; taken away it lets go', async ({ page }) => {
    await visit(page, { story: 'speaking', body: '<main id="other"></main>' })
    await openPanel(page)
    await page.evaluate(() => document.querySelector('#other')?.append(window.parley as Node))
    await expect(panel(page)).toBeVisible()
    await page.evaluate(() => window.parley?.remove())
    expect(await page.evaluate(() => window.fake?.calls.at(-1))).toBe('dispose')
    await page.evaluate(() => document.body.append(window.parley as Node))
    await expect(launcher(page)).toBeVisible()
    await expect(panel(page)).toHaveCount(0)
  })

  test('a reload brings back the thread, and the panel when it was open, without stealing the focus', async ({
    page,
  }) => {
    await visit(page, { story: 'restored' })
    await openPanel(page)
    await page.evaluate((broker) => sessionStorage.setItem(`parley:${broker}:concierge`, '{}'), BROKER)
    await page.reload()
    await expect(panel(page)).toBeVisible()
    await expect(page.getByRole('button', { name: 'Continue' })).toBeVisible()
    expect(await page.evaluate(() => document.activeElement === document.body)).toBe(true)
    await panel(page).getByRole('button', { name: 'Close' }).click()
    await page.reload()
    await expect.poll(() => page.evaluate(() => window.parley?.items.length)).toBeGreaterThan(3)
    await expect(panel(page)).toBeHidden()
  })
})

test.describe('strange pages', () => {
  const HOSTILE = `<style>
    html { font-size: 62.5% }
    * { letter-spacing: 4px !important; box-sizing: content-box !important; line-height: 3; text-transform: uppercase }
    *:empty { display: none !important }
    div:empty { display: none }
    body { font: 30px cursive; color: red; text-align: right; visibility: visible }
    button { padding: 40px !important; border-radius: 0 !important; background: lime !important; font-size: 40px !important }
    svg { width: 100% !important; height: 200px !important }
    parley-widget { position: static !important; opacity: 0.2 !important; transform: rotate(9deg) !important; display: none !important }
  </style>`

  test('hostile styles change no pixel of button and panel', async ({ page, browser }) => {
    await visit(page, { story: 'ended' })
    const other = await browser.newPage()
    await visit(other, { story: 'ended', head: HOSTILE })
    const shots = async (of: Page) => {
      await of.evaluate(() => document.body.replaceChildren(...document.querySelectorAll('parley-widget')))
      await of.evaluate(() => document.querySelector('style')?.append('html,body{background:#fff!important}'))
      const button = await launcher(of).screenshot()
      await openPanel(of)
      await of.mouse.move(0, 0)
      await expect(of.getByRole('button', { name: 'Continue' })).toBeVisible()
      const whole = await panel(of).screenshot({ animations: 'disabled' })
      return { button: button.toString('base64'), whole: whole.toString('base64'), box: await panel(of).boundingBox() }
    }
    const [calm, hostile] = [await shots(page), await shots(other)]
    expect(hostile.box).toEqual(calm.box)
    expect(hostile.button === calm.button, 'the same button').toBe(true)
    expect(hostile.whole === calm.whole, 'the same panel').toBe(true)
    await other.close()
  })

  for (const [name, policy] of [
    ['strict', () => `default-src 'none'; script-src ${BROKER}; style-src 'self'; connect-src ${BROKER}`],
    ['nonce', () => `default-src 'none'; script-src 'nonce-r4nd0m' 'strict-dynamic'; style-src 'self'`],
    ['trusted types', () => `script-src ${BROKER}; style-src 'none'; require-trusted-types-for 'script'`],
  ] as const) {
    test(`content security policy: ${name}`, async ({ page }) => {
      const violations: string[] = []
      page.on('console', (message) => {
        if (message.type() === 'error') violations.push(message.text())
      })
      await visit(page, {
        story: 'speaking',
        headers: { 'content-security-policy': policy() },
        script: `<script nonce="r4nd0m" src="${BROKER}/widget.js" data-agent="concierge"></script>`,
      })
      expect((await launcher(page).boundingBox())?.height).toBe(56)
      await openPanel(page)
      expect(await panel(page).boundingBox()).toMatchObject({ width: 380, height: 600 })
      await expect
        .poll(() => page.locator('.ring').evaluate((ring) => ring.style.getPropertyValue('--output')))
        .toMatch(/^0\.[3-9]/)
      expect(violations.filter((text) => !text.includes('favicon'))).toEqual([])
    })
  }
})

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
    const bin = page.getByRole('button', { name: 'Forget this conversation' })
    await bin.click()
    await expect(page.getByRole('button', { name: 'Keep' })).toBeFocused()
    await page.keyboard.press('Escape')
    await expect(page.getByRole('button', { name: 'Erase' })).toBeHidden()
    await expect(panel(page)).toBeVisible()
    await bin.click()
    await page.getByRole('button', { name: 'Erase' }).click()
    await expect(page.getByRole('button', { name: 'Start talking' })).toBeVisible()
    await expect(page.getByRole('status')).toHaveText('The conversation was erased.')
    expect(await page.evaluate(() => window.fake?.calls)).toContain('forget')
    expect(await focusIsInPanel(page)).toBe(true)
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

interface Seen {
  type: string
  detail: { state?: string; text?: string; code?: string }
}

async function recordEvents(page: Page): Promise<void> {
  await page.evaluate(() => {
    const events: Seen[] = []
    Object.assign(window, { events })
    document.addEventListener('parley-error', (event) => {
      events.push({ type: event.type, detail: (event as CustomEvent).detail })
    })
  })
}

function events(page: Page): Promise<Seen[]> {
  return page.evaluate(() => (window as unknown as { events: Seen[] }).events)
}

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
