/** One visitor on one page of the bench: opens it, taps, listens. */
import type { Browser, Page } from '@playwright/test'
import type { ParleyElement } from '../../widget/element.ts'
import { installEar } from './ear.ts'
import type { BenchWindow, Mark } from './window.ts'

/** A way to talk to the assistant from a website. */
export interface Arm {
  name: string
  /** Below the site's origin. */
  path: string
  /** Before the tap, and not measured. */
  prepare?(page: Page): Promise<void>
  tap(page: Page): Promise<void>
}

const talk = (page: Page) => page.getByRole('button', { name: 'Talk', exact: true }).click()

export const ARMS: readonly Arm[] = [
  { name: 'bare page, token server', path: '/bare?way=token', tap: talk },
  { name: 'bare page, offer through its server', path: '/bare?way=unified', tap: talk },
  { name: '@openai/agents-realtime', path: '/agents', tap: talk },
  { name: 'Parley, only its button there', path: '/parley', tap: talk },
  {
    name: 'Parley, panel open',
    path: '/parley',
    async prepare(page) {
      await page.getByRole('button', { name: /open the assistant/ }).click()
      await page.getByRole('button', { name: 'Start talking' }).first().waitFor()
    },
    tap: (page) => page.getByRole('button', { name: 'Start talking' }).first().click(),
  },
]

/** Whoever has heard nothing by then (ms) never will. */
const PATIENCE_MS = 15_000
/** Between two sentences of the assistant there is less (ms). */
const SENTENCE_PAUSE_MS = 1_500
/** After loading, before the tap: nothing of the page's own is under way any more (ms). */
const SETTLED_MS = 300

export class Visit {
  readonly page: Page

  private constructor(page: Page) {
    this.page = page
  }

  /** A browser without cache and memory. The page is loaded. */
  static async open(browser: Browser, site: string, arm: Arm): Promise<Visit> {
    const context = await browser.newContext()
    await context.addInitScript(installEar)
    const page = await context.newPage()
    await page.goto(site + arm.path, { waitUntil: 'networkidle' })
    await page.getByRole('heading').click()
    await page.evaluate(() => (window as BenchWindow).benchEar?.start())
    await arm.prepare?.(page)
    await page.waitForTimeout(SETTLED_MS)
    return new Visit(page)
  }

  /** From the tap on. @throws Error when nothing is heard */
  async untilHeard(arm: Arm): Promise<{ tapAt: number; heardAt: number }> {
    await this.arm()
    await arm.tap(this.page)
    const heardAt = await this.heard()
    if (heardAt === null) throw new Error(`${arm.name}: nothing heard. ${JSON.stringify(await this.marks())}`)
    const tapAt = (await this.marks()).findLast(({ name }) => name === 'tap')?.at ?? Number.NaN
    return { tapAt, heardAt }
  }

  async arm(): Promise<void> {
    await this.page.evaluate(() => (window as BenchWindow).benchEar?.arm())
  }

  /** When the first sound since `arm` was heard, ms since 1970; null when none came. */
  async heard(patienceMs = PATIENCE_MS): Promise<number | null> {
    const found = () => (window as BenchWindow).benchEar?.heardAt()
    const handle = await this.page.waitForFunction(found, undefined, { timeout: patienceMs }).catch(() => null)
    return (await handle?.jsonValue()) ?? null
  }

  /** Nobody speaks any more. */
  async untilSilent(): Promise<void> {
    await this.page.waitForFunction(
      (pause) => ((window as BenchWindow).benchEar?.silentFor() ?? 0) > pause,
      SENTENCE_PAUSE_MS,
    )
  }

  marks(): Promise<Mark[]> {
    return this.page.evaluate(() => (window as BenchWindow).benchEar?.marks() ?? [])
  }

  async say(text: string): Promise<void> {
    await this.page.evaluate((line) => (window as BenchWindow).benchPage?.say(line), text)
  }

  /** The visitor types as soon as the page shows that the call is lost. */
  async sayWhenNoticed(text: string): Promise<void> {
    await this.page.evaluate((line) => {
      const noticed = (event: Event) => {
        if ((event as CustomEvent).detail.state !== 'reconnecting') return
        document.removeEventListener('parley-state', noticed)
        const bench: BenchWindow = window
        bench.benchPage?.say(line)
      }
      document.addEventListener('parley-state', noticed)
    }, text)
  }

  /** What Parley's thread shows of the assistant. */
  answers(): Promise<string[]> {
    return this.page.evaluate(() =>
      (document.querySelector<ParleyElement>('parley-widget')?.items ?? [])
        .filter(({ role }) => role === 'assistant')
        .map(({ text }) => text),
    )
  }

  /** Hangs up and closes the page. */
  async end(): Promise<void> {
    await this.page.evaluate(() => (window as BenchWindow).benchPage?.end())
    await this.page.context().close()
  }
}
