/** A website of somebody else with the built widget on it, whose conversation is scripted. */
import { expect, type Locator, type Page } from '@playwright/test'
import type { Gallery } from './gallery.ts'
import './fake-app.globals.ts'
import { STORIES } from './stories.ts'

const SITE = 'https://shop.example'
/** Where the widget comes from. Both names are answered by the test, so that neither is a local address to the browser. */
export const BROKER = 'https://voice.example'

export interface Site {
  story?: string
  head?: string
  body?: string
  headers?: Record<string, string>
  /** In the place of the usual script tag. */
  script?: string
}

/** A website of somebody else, on an origin of its own. */
export async function visitShop(
  gallery: Gallery,
  page: Page,
  { story = '', head = '', body = '', headers = {}, script }: Site = {},
): Promise<void> {
  const tag = script ?? `<script src="${BROKER}/widget.js" data-agent="concierge" async></script>`
  const html = `<!doctype html><html lang="en"><head><title>Shop</title>${head}</head><body><h1>Shop</h1>${body}${tag}</body></html>`
  await page.route(`${BROKER}/**`, async (route) => {
    await route.fulfill({
      response: await route.fetch({ url: route.request().url().replace(BROKER, gallery.assetsUrl) }),
    })
  })
  // The loader asks for it beside the app; the story has a face of its own.
  await page.route(`${BROKER}/v1/agents/**`, (route) =>
    route.fulfill({ json: {}, headers: { 'access-control-allow-origin': '*' } }),
  )
  await page.route(`${SITE}/**`, (route) =>
    route.fulfill({ body: html, headers: { 'content-type': 'text/html; charset=utf-8', ...headers } }),
  )
  await page.goto(`${SITE}/?story=${story}`)
}

/** A story with what it sets on the element, opened unless it is about the button alone. */
export async function openStory(gallery: Gallery, page: Page, story: string): Promise<void> {
  const attributes = Object.entries(STORIES[story]?.attributes ?? {}).map(([name, value]) => ` data-${name}="${value}"`)
  const script = `<script src="${BROKER}/widget.js" data-agent="concierge"${attributes.join('')} async></script>`
  await visitShop(gallery, page, { story, script })
  await expect(launcher(page)).toBeVisible()
  if (story !== 'closed') await openPanel(page)
}

export const launcher = (page: Page): Locator => page.locator('parley-widget .launcher')
export const panel = (page: Page): Locator => page.locator('parley-widget .panel')

export async function openPanel(page: Page): Promise<void> {
  await launcher(page).click()
  await expect(panel(page)).toBeVisible()
}
