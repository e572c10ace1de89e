/** A real call on a website with a strict content security policy: the very line that docs/widget.md tells to paste. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { launchBrowser } from './support/browser.ts'
import { spokenWav } from './support/microphone.ts'
import { speak, withSpeechOnDemand } from './support/speech-on-demand.ts'
import { type Stack, startStack } from './support/stack.ts'
import { documentedPolicy, type StrictSite, strictSite, watchViolations } from './support/strict-site.ts'
import { visit } from './support/visitor.ts'
import { expectWholeCall } from './support/whole-call.ts'

const dir = mkdtempSync(join(tmpdir(), 'parley-csp-'))
let site: StrictSite
let stack: Stack

test.beforeAll(async () => {
  site = await strictSite()
  stack = await startStack({ variables: { EXTRA_ORIGINS: site.url } })
})
test.afterAll(async () => {
  await Promise.all([stack?.stop(), site?.close()])
  rmSync(dir, { recursive: true })
})

for (const { handshake, agent, path, tag } of [
  { handshake: 'brokered', agent: 'concierge', path: 'WebRTC', tag: [] },
  { handshake: 'ephemeral', agent: 'tutor', path: 'WebRTC', tag: ['@long'] },
  { handshake: 'brokered', agent: 'concierge', path: 'relay', tag: ['@long'] },
] as const) {
  test(`${handshake}, ${path}: the documented line is enough for a call`, { tag: [...tag] }, async () => {
    const { browser, close } = await launchBrowser()
    try {
      const context = await browser.newContext()
      await withSpeechOnDemand(context)
      if (path === 'relay') await context.addInitScript(() => Object.assign(window, { RTCPeerConnection: undefined }))
      const page = await context.newPage()
      const violations = await watchViolations(page)
      site.serve(stack.brokerUrl, { agent, policy: documentedPolicy(stack, handshake) })
      const visitor = await visit(page, site.url, { keepBytes: false })
      const question = await spokenWav(dir, 'What is the weather like today?')
      // The concierge greets first; the tutor waits for the visitor.
      await expectWholeCall(visitor, { greets: agent === 'concierge', ask: () => speak(page, question) })
      expect(await violations()).toEqual([])
    } finally {
      await close()
    }
  })
}

test('without connect-src the visitor is told, and the browser names the directive', async ({ page }) => {
  const violations = await watchViolations(page)
  site.serve(stack.brokerUrl, { agent: 'concierge', policy: `script-src ${stack.brokerUrl}` })
  const visitor = await visit(page, site.url, { keepBytes: false })
  await page.getByRole('button', { name: /open the assistant/ }).click()
  await expect(page.locator('[data-code="broker_unreachable"]')).toBeVisible()
  await visitor.until('idle')
  expect(await violations()).toContainEqual(expect.stringContaining('connect-src'))
})
