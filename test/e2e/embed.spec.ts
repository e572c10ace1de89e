/** The ways to embed of docs/embed.md, as they are in examples/, on a website of somebody else, with a real broker. */
import { expect, type Page, test } from '@playwright/test'
import { PHP } from '../../scripts/lib/engines.ts'
import { anyPort } from '../../scripts/lib/ports.ts'
import { builtPages, htmlPage, shopifyPage, tagManagerPage, wordpressPage } from './support/embed-pages.ts'
import { drives } from './support/engine.ts'
import { openNextSite } from './support/next-site.ts'
import { openSite, type Site } from './support/site.ts'
import { type Stack, startStack } from './support/stack.ts'
import { visit } from './support/visitor.ts'

let stack: Stack
let port: number

test.beforeAll(async () => {
  port = await anyPort()
  stack = await startStack({ variables: { EXTRA_ORIGINS: `http://localhost:${port}` } })
})
test.afterAll(() => stack.stop())

/** Opens the panel, writes, and waits for the assistant's answer. */
async function askInWriting(page: Page, url: string, button: string | RegExp): Promise<void> {
  const mistakes: string[] = []
  page.on('pageerror', ({ message }) => mistakes.push(message))
  page.on('console', (message) => {
    // Browsers look for one, and complain where there is none.
    const isIcon = message.location().url.endsWith('/favicon.ico')
    if (message.type() === 'error' && !isIcon) mistakes.push(message.text())
  })
  const visitor = await visit(page, url)
  await page.getByRole('button', { name: button }).first().click()
  const box = page.getByRole('textbox')
  await box.fill('do you have a room for two?')
  await box.press('Enter')
  const isAnswer = ({ role, text }: { role: string; text: string }) =>
    role === 'assistant' && text.includes('room for two')
  await visitor.thread((items) => items.some(isAnswer), 'an answer in writing')
  await visitor.until('live')
  expect(mistakes).toEqual([])
}

async function withSite<T>(pages: Parameters<typeof openSite>[2], use: (site: Site) => Promise<T>): Promise<T> {
  const site = await openSite(port, stack.brokerUrl, pages)
  try {
    return await use(site)
  } finally {
    await site.close()
  }
}

test('plain HTML', async ({ page }) => {
  await withSite({ html: htmlPage() }, (site) => askInWriting(page, `${site.url}/html/`, 'Ask our concierge'))
})

test('@long React and Vue, built by Vite with the installed package', async ({ page }) => {
  test.setTimeout(180_000)
  const { folders, remove } = await builtPages(['embed/react', 'embed/vue', 'react-headless'])
  try {
    await withSite(folders, async (site) => {
      for (const name of ['react', 'vue']) {
        const tab = await page.context().newPage()
        await askInWriting(tab, `${site.url}/${name}/`, 'Ask our concierge')
        await expect(tab.getByText('Assistant: live')).toBeVisible()
        await tab.close()
      }
      // The package's own worklets, as the website's bundler has put them out.
      const relayed = await page.context().newPage()
      await relayed.addInitScript(() => Object.defineProperty(window, 'RTCPeerConnection', { value: undefined }))
      await relayed.goto(`${site.url}/react/`)
      await relayed.getByRole('button', { name: 'Ask our concierge' }).click()
      await relayed.getByRole('button', { name: 'Start talking' }).click()
      await expect(relayed.getByText('Assistant: live')).toBeVisible()
      await expect(relayed.getByText('Backup connection')).toBeVisible()
      await relayed.close()

      const elsewhere: string[] = []
      page.on('request', (request) => !request.url().startsWith(site.url) && elsewhere.push(request.url()))
      await page.goto(`${site.url}/react-headless/`)
      await page.getByRole('button', { name: 'Talk to us', exact: true }).click()
      await expect(page.locator('output')).toHaveText('live')
      await page.getByLabel('Write to us').fill('hello')
      await page.getByLabel('Write to us').press('Enter')
      await expect(page.getByRole('listitem')).toHaveText(['Welcome.', 'hello', 'You wrote: hello'])
      await page.getByRole('button', { name: 'Hang up' }).click()
      await expect(page.locator('output')).toHaveText('ended')

      await page.getByRole('button', { name: /open the assistant/ }).click()
      await page.getByRole('dialog').getByRole('textbox').fill('hello')
      await page.keyboard.press('Enter')
      await expect(page.getByRole('log').getByText('From the widget.')).toBeVisible()
      expect(elsewhere).toEqual([])
    })
  } finally {
    remove()
  }
})

test('@long Shopify: what Liquid makes of the block', async ({ page }) => {
  await withSite({ shop: await shopifyPage() }, (site) =>
    askInWriting(page, `${site.url}/shop/`, /Sprechen Sie uns an/),
  )
})

test('@long Google Tag Manager: a tag that is put in after the page was loaded', async ({ page }) => {
  await withSite({ gtm: tagManagerPage() }, (site) => askInWriting(page, `${site.url}/gtm/`, /open the assistant/))
})

test.describe('WordPress', () => {
  drives(PHP)
  test('@long what PHP makes of the plugin', async ({ page }) => {
    const wordpress = await wordpressPage()
    await withSite({ wordpress }, (site) => askInWriting(page, `${site.url}/wordpress/`, /open the assistant/))
  })
})

test('@long Next, server-rendered', async ({ page }) => {
  test.skip(!process.env.NEXT_EXAMPLE, 'set NEXT_EXAMPLE=1: it installs Next from the npm registry')
  test.setTimeout(600_000)
  const site = await openNextSite(port, stack.brokerUrl)
  try {
    expect(await (await fetch(site.url)).text()).toContain('<parley-widget agent="concierge"')
    await askInWriting(page, site.url, /open the assistant/)
    await expect(page.locator('html')).toHaveAttribute('data-assistant', 'live')
  } finally {
    await site.close()
  }
})
