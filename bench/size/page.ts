/** A page in a browser whose processor is slowed down to a quarter, and what its main thread was busy with. */

import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { type Browser, type CDPSession, chromium, type Page } from '@playwright/test'
import { browserArgs } from '../../scripts/lib/browser-args.ts'
import { ensureChromium } from '../../scripts/lib/chromium.ts'
import { inProject } from '../../scripts/lib/paths.ts'

/** A middling phone, as the developer tools have it. */
export const SLOWED = 4

interface TraceEvent {
  name: string
  /** Time of the thread on the processor (µs): what others do meanwhile is not in it, the slowing down is. */
  tdur?: number
  tid: number
  pid: number
  args?: { data?: { url?: string } }
}

export interface Slow {
  /** Evaluating this script (ms). The browser compiles most of a script on other threads while it arrives; that is not in it. */
  evaluation(text: string, isModule: boolean): Promise<number>
  /** The widget's panel is opened by a click, which fetches what a call needs: the longest task of the main thread (ms). */
  opening(slowed: number): Promise<number>
  close(): Promise<void>
}

/** The browser slows itself down: a busy wait in each slice of time, in the thread itself. */
export async function slowPage(): Promise<Slow> {
  const files = new Map<string, string>()
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://a').pathname
    const type = path.endsWith('.js') ? 'text/javascript' : path.startsWith('/v1/') ? 'application/json' : 'text/html'
    const text = files.get(path) ?? (path.endsWith('.js') ? await built(path) : '')
    response.writeHead(200, { 'content-type': `${type}; charset=utf-8` }).end(text)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const url = `http://localhost:${address.port}`
  const browser = await chromium.launch({ executablePath: await ensureChromium(), args: browserArgs() })
  files.set('/v1/agents/concierge', JSON.stringify(FACE))
  files.set('/widget.html', '<!doctype html><title>a</title><script src="/widget.js" data-agent="concierge"></script>')

  const visit = (path: string) => async (page: Page) => {
    await page.goto(`${url}${path}`, { waitUntil: 'load' })
  }

  return {
    async evaluation(text, isModule) {
      files.set('/script.js', text)
      files.set(
        '/script.html',
        `<!doctype html><title>a</title><body><script data-agent="concierge"${isModule ? ' type="module"' : ''} src="/script.js"></script>`,
      )
      const events = await traced(browser, SLOWED, visit('/script.html'))
      const name = isModule ? 'v8.evaluateModule' : 'EvaluateScript'
      return sum(onMainThread(events, `${url}/script.js`).filter((event) => event.name === name))
    },
    async opening(slowed) {
      const open = async (page: Page) => {
        await page.locator('parley-widget .launcher').click()
        await page.locator('parley-widget .panel .primary').waitFor()
      }
      const events = await traced(browser, slowed, open, visit('/widget.html'))
      const tasks = onMainThread(events, `${url}/assets/`).filter(({ name }) => name.endsWith('RunTask'))
      return Math.max(...tasks.map(milliseconds))
    },
    async close() {
      await browser.close()
      server.closeAllConnections()
      server.close()
    },
  }
}

const FACE = {
  ...{ agent: 'concierge', name: 'Concierge', tagline: '', greeting: 'Welcome.', handshake: 'brokered' },
  ...{ transport: 'auto', turns: 'server_vad', theme: {} },
}

/** A file of the widget. What a script that is evaluated by itself imports lies beside it. */
function built(path: string): Promise<string> {
  const place = path.split('/').length > 2 || path === '/widget.js' ? 'dist' : 'dist/assets'
  return readFile(inProject(place, `.${path}`), 'utf8')
}

/** What happened on the thread that has run the script. The trace has all pages, the browser's own too. */
function onMainThread(events: readonly TraceEvent[], script: string): TraceEvent[] {
  const run = events.find(({ name, args }) => EVALUATIONS.includes(name) && args?.data?.url?.startsWith(script))
  if (!run) throw new Error(`The browser has not told that it ran ${script}`)
  return events.filter(({ pid, tid }) => pid === run.pid && tid === run.tid)
}

const EVALUATIONS = ['EvaluateScript', 'v8.compileModule']

function milliseconds({ tdur = 0 }: TraceEvent): number {
  return tdur / 1000
}

function sum(events: readonly TraceEvent[]): number {
  if (events.length === 0) throw new Error('The browser has not told how long it took')
  return events.reduce((total, event) => total + milliseconds(event), 0)
}

async function traced(
  browser: Browser,
  slowed: number,
  act: (page: Page) => Promise<void>,
  before = async (_page: Page) => {},
): Promise<TraceEvent[]> {
  const page = await browser.newPage()
  try {
    const devtools = await page.context().newCDPSession(page)
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: slowed })
    await before(page)
    return await traceOf(await browser.newBrowserCDPSession(), () => act(page))
  } finally {
    await page.close()
  }
}

async function traceOf(session: CDPSession, act: () => Promise<void>): Promise<TraceEvent[]> {
  const events: TraceEvent[] = []
  session.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])))
  const complete = new Promise<void>((resolve) => session.once('Tracing.tracingComplete', () => resolve()))
  const categories = 'devtools.timeline,disabled-by-default-devtools.timeline,v8,toplevel'
  await session.send('Tracing.start', { transferMode: 'ReportEvents', categories })
  await act()
  await session.send('Tracing.end')
  await complete
  await session.detach()
  return events
}
