/** A website of somebody else that allows nothing but what it says, and what its visitors' browsers tell of it. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { Page } from '@playwright/test'
import { inProject } from '../../../scripts/lib/paths.ts'
import type { Stack } from './stack.ts'

const TITLE = 'Strict'

export interface StrictPage {
  agent: string
  /** Besides `default-src 'none'` and Trusted Types. */
  policy: string
  /** Put on the script tag. */
  nonce?: string
  /** More headers of the page. */
  headers?: Readonly<Record<string, string>>
}

export interface StrictSite {
  readonly url: string
  /** From now on a page with this agent, on which nothing is allowed but what `policy` says. */
  serve(brokerUrl: string, page: StrictPage): void
  close(): Promise<void>
}

export async function strictSite(): Promise<StrictSite> {
  let html = ''
  let headers: Record<string, string> = {}
  const server = createServer((request, response) => {
    if (request.url !== '/') return void response.writeHead(404).end()
    response.writeHead(200, { 'content-type': 'text/html', ...headers }).end(html)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The website has no port')
  return {
    url: `http://localhost:${address.port}`,
    serve(brokerUrl, { agent, policy, nonce, headers: more }) {
      const attribute = nonce === undefined ? '' : ` nonce="${nonce}"`
      const tag = `<script${attribute} src="${brokerUrl}/widget.js" data-agent="${agent}" async></script>`
      html = `<!doctype html><html lang="en"><title>${TITLE}</title><h1>${TITLE}</h1>${tag}</html>`
      const whole = `default-src 'none'; require-trusted-types-for 'script'; ${policy}`
      headers = { 'content-security-policy': whole, ...more }
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** The line of docs/widget.md for this handshake, with the addresses of the stack in the place of the real ones. */
export function documentedPolicy(stack: Stack, handshake: 'brokered' | 'ephemeral'): string {
  const lines = readFileSync(inProject('docs/widget.md'), 'utf8').match(/^script-src .*$/gm) ?? []
  const line = lines.find((one) => one.includes('https://api.openai.com') === (handshake === 'ephemeral'))
  if (!line) throw new Error(`docs/widget.md has no policy for ${handshake} calls`)
  return line
    .replaceAll('wss://YOUR-BROKER', stack.brokerUrl.replace('http', 'ws'))
    .replaceAll('https://YOUR-BROKER', stack.brokerUrl)
    .replaceAll('https://api.openai.com', new URL(stack.simulator.url).origin)
}

interface WatchedWindow extends Window {
  testViolations?: string[]
}

/** From the next page on: what the policy kept the page from doing. */
export async function watchViolations(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript(() => {
    const seen: string[] = []
    const watched: WatchedWindow = window
    watched.testViolations = seen
    document.addEventListener('securitypolicyviolation', (event) => {
      // Firefox tells of the icon that it looks for by itself.
      if (event.blockedURI === `${location.origin}/favicon.ico`) return
      seen.push(`${event.effectiveDirective} ${event.blockedURI}`)
    })
  })
  return () => page.evaluate(() => (window as WatchedWindow).testViolations ?? [])
}
