/** A real call on a website with a strict content security policy: the very line that docs/widget.md tells to paste. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import { inProject } from '../../scripts/lib/paths.ts'
import { launchBrowser } from './support/browser.ts'
import { loudness, speechIn } from './support/listening.ts'
import { spokenWav } from './support/microphone.ts'
import { startRecording, stopRecording } from './support/recording.ts'
import { speak, withSpeechOnDemand } from './support/speech-on-demand.ts'
import { type Stack, startStack } from './support/stack.ts'
import { type ThreadItem, type Visitor, visit } from './support/visitor.ts'

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
  { handshake: 'brokered', agent: 'concierge', path: 'relay', tag: [] },
]) {
  test(`${handshake}, ${path}: the documented line is enough for a call`, { tag }, async () => {
    const { browser, close } = await launchBrowser()
    try {
      const context = await browser.newContext()
      await withSpeechOnDemand(context)
      if (path === 'relay') await context.addInitScript(() => Object.assign(window, { RTCPeerConnection: undefined }))
      const page = await context.newPage()
      const violations = await watchViolations(page)
      site.serve(stack.brokerUrl, agent, documentedPolicy(handshake))
      const visitor = await visit(page, site.url, { keepBytes: false })
      // The concierge greets first; the tutor waits for the visitor.
      const greeted = agent === 'concierge' ? hasSpoken(visitor) : undefined
      await visitor.startTalking()
      await visitor.until('live')
      await greeted
      await startRecording(page)
      const answered = hasSpoken(visitor)
      await speak(page, await spokenWav(dir, 'What is the weather like today?'))
      await answered
      await visitor.thread(isAnswered(1), 'the question and the answer in words')
      const recording = await stopRecording(page)
      const [answer] = speechIn(recording).slice(-1)
      expect(loudness(recording, answer?.startMs, answer?.endMs), 'the answer is heard').toBeGreaterThan(300)

      await page.getByRole('textbox').fill('and a cot?')
      await page.getByRole('textbox').press('Enter')
      await visitor.thread(isAnswered(2), 'the answer to what was written')
      const hungUp = page.waitForResponse(/\/end$/)
      await page.getByRole('button', { name: 'Hang up' }).click()
      await visitor.until('ended')
      expect(await (await hungUp).finished()).toBeNull()
      expect(await violations()).toEqual([])
    } finally {
      await close()
    }
  })
}

test('without connect-src the visitor is told, and the browser names the directive', async ({ page }) => {
  const violations = await watchViolations(page)
  site.serve(stack.brokerUrl, 'concierge', `script-src ${stack.brokerUrl}`)
  const visitor = await visit(page, site.url, { keepBytes: false })
  await page.getByRole('button', { name: /open the assistant/ }).click()
  await expect(page.locator('[data-code="broker_unreachable"]')).toBeVisible()
  await visitor.until('idle')
  expect(await violations()).toContainEqual(expect.stringContaining('connect-src'))
})

/** From now on: the assistant began to speak and came to its end. */
async function hasSpoken(visitor: Visitor): Promise<void> {
  await visitor.nextActivity('speaking')
  await visitor.nextActivity('listening')
}

/** The line of docs/widget.md for this handshake, with the addresses of the stack in the place of the real ones. */
function documentedPolicy(handshake: string): string {
  const lines = readFileSync(inProject('docs/widget.md'), 'utf8').match(/^script-src .*$/gm) ?? []
  const line = lines.find((one) => one.includes('https://api.openai.com') === (handshake === 'ephemeral'))
  if (!line) throw new Error(`docs/widget.md has no policy for ${handshake} calls`)
  return line
    .replaceAll('wss://YOUR-BROKER', stack.brokerUrl.replace('http', 'ws'))
    .replaceAll('https://YOUR-BROKER', stack.brokerUrl)
    .replaceAll('https://api.openai.com', new URL(stack.simulator.url).origin)
}

/** What the visitor said for the n-th time, in words, and the answer to it: the simulator repeats what it was told. */
function isAnswered(turn: number): (items: ThreadItem[]) => boolean {
  return (items) => {
    const said = items.filter((item) => item.role === 'user')[turn - 1]?.text
    const repeats = (item: ThreadItem) => item.role === 'assistant' && item.text === `You said: ${said}`
    return Boolean(said) && items.some((item) => repeats(item) && item.status === 'completed')
  }
}

interface WatchedWindow extends Window {
  testViolations?: string[]
}

/** From the next page on: what the policy kept the page from doing. */
async function watchViolations(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript(() => {
    const seen: string[] = []
    const watched: WatchedWindow = window
    watched.testViolations = seen
    document.addEventListener('securitypolicyviolation', (event) => {
      seen.push(`${event.effectiveDirective} ${event.blockedURI}`)
    })
  })
  return () => page.evaluate(() => (window as WatchedWindow).testViolations ?? [])
}

interface StrictSite {
  readonly url: string
  /** From now on a page with this agent, on which nothing is allowed but what `policy` says. */
  serve(brokerUrl: string, agent: string, policy: string): void
  close(): Promise<void>
}

async function strictSite(): Promise<StrictSite> {
  let html = ''
  let policy = ''
  const server = createServer((request, response) => {
    if (request.url !== '/') return void response.writeHead(404).end()
    response.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': policy }).end(html)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The website has no port')
  return {
    url: `http://localhost:${address.port}`,
    serve(brokerUrl, agent, allowed) {
      const tag = `<script src="${brokerUrl}/widget.js" data-agent="${agent}" async></script>`
      html = `<!doctype html><html lang="en"><title>Strict</title><h1>Strict</h1>${tag}</html>`
      policy = `default-src 'none'; require-trusted-types-for 'script'; ${allowed}`
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
