/** Button and element as a website meets them; the conversation behind them is scripted. */
import { expect, type Page, test } from '@playwright/test'
import { type Gallery, openGallery } from '../widget/ui/gallery.ts'
import { BROKER, launcher, openPanel, panel, type Site, visitShop } from '../widget/ui/shop.ts'

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

  test('the script itself draws nothing: the button has a task of its own, and only a box in the page its room at once', async ({
    page,
  }) => {
    await page.addInitScript(() => {
      const attach = Element.prototype.attachShadow
      Element.prototype.attachShadow = function (init) {
        Object.assign(window, { drawnByScript: document.currentScript !== null })
        return attach.call(this, init)
      }
    })
    const drawnByScript = () => page.evaluate(() => (window as unknown as { drawnByScript: boolean }).drawnByScript)
    const tag = (more: string) => `<script src="${BROKER}/widget.js" data-agent="concierge" ${more}></script>`
    await visit(page, { script: tag('') })
    await expect(launcher(page)).toBeVisible()
    expect(await drawnByScript()).toBe(false)
    await visit(page, { script: tag('data-layout="inline"') })
    await expect(launcher(page)).toBeVisible()
    expect(await drawnByScript()).toBe(true)
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
          for (const page of ['rooms', 'parking']) parley.setContext({ page })
          window.done = Promise.all([parley.setMuted(true), parley.send('Is the bar open?')])
        </script>`,
    })
    await page.evaluate(() => (window as unknown as { done: Promise<unknown> }).done)
    const calls = () => page.evaluate(() => window.fake?.calls.filter((call) => !call.startsWith('setContext')))
    expect(await calls()).toEqual(['restore', 'setMuted true', 'send Is the bar open?'])
    const told = () => page.evaluate(() => window.fake?.calls.findLast((call) => call.startsWith('setContext')))
    await expect.poll(told).toBe('setContext {"page":"parking"}')
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
    [
      'nonce',
      () => `default-src 'none'; script-src 'nonce-r4nd0m' 'strict-dynamic'; style-src 'self'; connect-src ${BROKER}`,
    ],
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
      expect(await panel(page).boundingBox()).toMatchObject({ width: 400, height: 640 })
      await expect
        .poll(() => page.locator('.ring').evaluate((ring) => ring.style.getPropertyValue('--output')))
        .toMatch(/^0\.[3-9]/)
      expect(violations.filter((text) => !text.includes('favicon'))).toEqual([])
    })
  }
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
