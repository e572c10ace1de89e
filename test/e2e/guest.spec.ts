/**
 * The widget as a guest: it leaves a page alone until the visitor clicks, and works on pages that allow next to nothing. The
 * rest of the matrix, in Chromium under the documented line, is csp-call.spec.ts.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import { FIREFOX } from '../../scripts/lib/engines.ts'
import { inProject } from '../../scripts/lib/paths.ts'
import { launchBrowser } from './support/browser.ts'
import { needs } from './support/engine.ts'
import { launchFirefox } from './support/firefox.ts'
import { spokenWav } from './support/microphone.ts'
import { watchTraces } from './support/page-traces.ts'
import { drawn, sides } from './support/pictures.ts'
import { speak, withSpeechOnDemand } from './support/speech-on-demand.ts'
import { type Stack, startStack } from './support/stack.ts'
import {
  documentedPolicy,
  type StrictPage,
  type StrictSite,
  strictSite,
  watchViolations,
} from './support/strict-site.ts'
import { visit } from './support/visitor.ts'
import { expectWholeCall } from './support/whole-call.ts'

const QUESTION = 'What is the weather like today?'
const NONCE = 'r4nd0m'

const dir = mkdtempSync(join(tmpdir(), 'parley-guest-'))
let site: StrictSite
let stack: Stack

test.beforeAll(async () => {
  site = await strictSite()
  stack = await startStack({
    main: inProject('test/e2e/inside/images-worker.ts'),
    variables: { EXTRA_ORIGINS: site.url },
  })
})
test.afterAll(async () => {
  await Promise.all([stack?.stop(), site?.close()])
  rmSync(dir, { recursive: true })
})

/** A browser whose visitor can say the question. */
interface Guest {
  page: Page
  ask(): Promise<void>
  close(): Promise<void>
}

async function guestIn(engine: 'Chromium' | 'Firefox'): Promise<Guest> {
  const question = await spokenWav(dir, QUESTION)
  const { browser, close } = await (engine === 'Firefox' ? launchFirefox() : launchBrowser())
  const context = await browser.newContext()
  await withSpeechOnDemand(context)
  const page = await context.newPage()
  return { page, ask: () => speak(page, question), close }
}

/** Pages that allow next to nothing, by what they are strict about. */
const PAGES = {
  'the documented line': () => ({ policy: documentedPolicy(stack, 'brokered') }),
  'a nonce and strict-dynamic': () => ({
    policy: documentedPolicy(stack, 'brokered').replace(
      /script-src [^;]*/,
      `script-src 'nonce-${NONCE}' 'strict-dynamic'`,
    ),
    nonce: NONCE,
  }),
  'COEP require-corp': () => isolated('require-corp'),
  'COEP credentialless': () => isolated('credentialless'),
} satisfies Record<string, () => Omit<StrictPage, 'agent'>>

function isolated(embedder: string): Omit<StrictPage, 'agent'> {
  const headers = { 'cross-origin-embedder-policy': embedder, 'cross-origin-opener-policy': 'same-origin' }
  return { policy: documentedPolicy(stack, 'brokered'), headers }
}

const MATRIX = [
  ['Chromium', 'WebRTC', 'a nonce and strict-dynamic'],
  ['Chromium', 'relay', 'a nonce and strict-dynamic'],
  ['Chromium', 'WebRTC', 'COEP require-corp'],
  ['Chromium', 'relay', 'COEP require-corp'],
  ['Chromium', 'relay', 'COEP credentialless'],
  ['Firefox', 'WebRTC', 'the documented line'],
  ['Firefox', 'relay', 'the documented line'],
  ['Firefox', 'relay', 'a nonce and strict-dynamic'],
  ['Firefox', 'relay', 'COEP require-corp'],
  ['Firefox', 'WebRTC', 'COEP credentialless'],
] as const

test.describe('a page that allows next to nothing', { tag: '@long' }, () => {
  for (const [engine, path, strictness] of MATRIX) {
    test(`${engine}, ${path}, ${strictness}: a whole call, and nothing that the page forbids`, async () => {
      if (engine === 'Firefox') needs(FIREFOX)
      test.setTimeout(180_000)
      const { page, ask, close } = await guestIn(engine)
      try {
        if (path === 'relay') await page.addInitScript(() => void Reflect.deleteProperty(window, 'RTCPeerConnection'))
        const violations = await watchViolations(page)
        const failed: string[] = []
        page.on('requestfailed', (request) => failed.push(`${request.url()} ${request.failure()?.errorText}`))
        site.serve(stack.brokerUrl, { agent: 'concierge', ...PAGES[strictness]() })
        const visitor = await visit(page, site.url, { keepBytes: false })
        await expectWholeCall(visitor, { greets: true, ask })
        expect(await violations()).toEqual([])
        expect(failed, 'nothing was kept from the page').toEqual([])
        expect(await page.evaluate(() => crossOriginIsolated)).toBe(strictness.startsWith('COEP'))
      } finally {
        await close()
      }
    })
  }

  for (const engine of ['Chromium', 'Firefox'] as const) {
    test(`${engine}: a picture is chosen, seen, sent, answered, and seen again after a reload`, async () => {
      if (engine === 'Firefox') needs(FIREFOX)
      const { page, close } = await guestIn(engine)
      try {
        const violations = await watchViolations(page)
        site.serve(stack.brokerUrl, { agent: 'keeper', ...PAGES['COEP require-corp']() })
        const visitor = await visit(page, site.url, { keepBytes: false })
        await page.getByRole('button', { name: /open the assistant/ }).click()
        await page.getByRole('button', { name: 'Show a picture' }).click()
        await page
          .locator('input[type=file]')
          .first()
          .setInputFiles(await drawn(page, 1600, 1000))
        const preview = page.getByRole('img', { name: 'Picture to send' })
        await expect.poll(() => sides(preview)).toBe('rbrr')
        await page.getByRole('button', { name: 'Send' }).click()
        const saw = 'I saw an image of 800 by 500 pixels'
        await visitor.thread((items) => items.some(({ text }) => text.includes(saw)), 'an answer to the picture')
        const shown = page.getByRole('log').getByRole('img', { name: 'Picture' })
        await expect.poll(() => sides(shown)).toBe('rbrr')
        expect(await violations()).toEqual([])

        const given = page.waitForResponse(/\/images\/img_/)
        await page.reload()
        expect((await given).status()).toBe(200)
        await expect.poll(() => sides(shown)).toBe('rbrr')
        expect(await violations()).toEqual([])
      } finally {
        await close()
      }
    })
  }
})

test.describe('before the visitor clicks', { tag: '@long' }, () => {
  for (const engine of ['Chromium', 'Firefox'] as const) {
    test(`${engine}: one request, one global, one element; no listener, no timer, nothing made, nothing stored`, async () => {
      if (engine === 'Firefox') needs(FIREFOX)
      const { page, close } = await guestIn(engine)
      try {
        const requests: string[] = []
        page.on('request', (request) => requests.push(new URL(request.url()).pathname))
        const traces = await watchTraces(page, stack.brokerUrl)
        site.serve(stack.brokerUrl, { agent: 'concierge', ...PAGES['the documented line']() })
        await page.goto(site.url)
        const button = page.getByRole('button', { name: /open the assistant/ })
        await expect(button).toBeVisible()
        // Whatever would come by itself, such as a look at the agent, would be on its way by now.
        await page.waitForLoadState('networkidle')
        const untouched = {
          globals: ['parley'],
          listeners: [],
          made: [],
          stored: [],
          elements: ['h1', 'script', 'parley-widget'],
        }
        expect(await traces()).toEqual(untouched)
        expect(requests.filter((path) => path !== '/favicon.ico')).toEqual(['/', '/widget.js'])

        // The same eyes see what a click sets going, so that they are known to be open.
        await button.click()
        await page.getByRole('textbox').fill('hello')
        await page.getByRole('textbox').press('Enter')
        await expect(page.getByRole('log')).toContainText('You said: hello')
        const after = await traces()
        expect(after.made).toContain('WebSocket')
        expect(after.stored.some((name) => name.includes('parley'))).toBe(true)
        expect(after.listeners.length).toBeGreaterThan(0)
        expect(after.globals).toEqual(['parley'])
      } finally {
        await close()
      }
    })
  }
})
