/** The widget under an address whose content never changes, with Subresource Integrity. */
import { expect, test } from '@playwright/test'
import type { Version } from '../../scripts/lib/version.ts'
import { type Gallery, openGallery } from '../widget/ui/gallery.ts'
import { BROKER, launcher, openPanel, panel, visitShop } from '../widget/ui/shop.ts'

let gallery: Gallery
test.afterEach(({ page }) => page.unrouteAll({ behavior: 'ignoreErrors' }))
test.beforeAll(async () => {
  gallery = await openGallery()
})
test.afterAll(() => gallery.close())

test('a page runs exactly the version that it names, and not one changed byte', async ({ page }) => {
  const version: Version = await (await fetch(`${gallery.assetsUrl}/widget.json`)).json()
  const script = `<script src="${BROKER}${version.url}" integrity="${version.integrity}" crossorigin="anonymous" data-agent="concierge" async></script>`
  const requests: string[] = []
  page.on('request', (request) => requests.push(new URL(request.url()).pathname))
  await visitShop(gallery, page, { script })
  await expect(launcher(page)).toBeVisible()
  expect(requests.filter((path) => path !== '/favicon.ico')).toEqual(['/', version.url])
  await openPanel(page)
  await expect(panel(page)).toBeVisible()
  expect(requests.some((path) => path.startsWith(version.url.replace('widget.js', 'assets/app-')))).toBe(true)

  const refused = page.waitForEvent('console', { predicate: (message) => message.text().includes('integrity') })
  await page.route(`${BROKER}${version.url}`, async (route) => {
    const response = await fetch(`${gallery.assetsUrl}${version.url}`)
    const body = `${await response.text()} `
    await route.fulfill({ body, headers: { 'content-type': 'text/javascript', 'access-control-allow-origin': '*' } })
  })
  await page.reload()
  await refused
  await expect(page.locator('parley-widget')).toHaveCount(0)
})
