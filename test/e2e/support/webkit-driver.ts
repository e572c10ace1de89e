/** WebKitGTK's MiniBrowser by plain WebDriver (anchors-audio.md 2.2), on a screen and a sound card of its own. No WebRTC in it. */
import { expect } from '@playwright/test'
import { WEBKIT_BROWSER } from '../../../scripts/lib/engines.ts'
import { anyPort } from '../../../scripts/lib/ports.ts'
import { startProgram } from '../../../scripts/lib/processes.ts'
import { untilReady } from '../../../scripts/lib/ready.ts'
import { openSoundCard, type SoundCard } from './pulse-audio.ts'

/** Name of an element in answers: WebDriver, 12.1. */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf'
const SCRIPT_TIMEOUT_MS = 60_000

export interface WebkitPage {
  readonly sound: SoundCard
  goto(url: string): Promise<void>
  /** Runs a function that needs nothing but its arguments in the page; a promise is awaited. */
  evaluate<Given extends unknown[], Result>(run: (...given: Given) => Result, ...given: Given): Promise<Awaited<Result>>
  /** As a visitor does it, by mouse: the first button, also in a shadow tree, whose name fits. */
  click(name: RegExp): Promise<void>
  close(): Promise<void>
}

export async function launchWebkit(): Promise<WebkitPage> {
  const sound = await openSoundCard()
  const port = await anyPort()
  const driver = startProgram({
    name: 'WebKitWebDriver',
    command: 'xvfb-run',
    args: ['-a', 'WebKitWebDriver', `--port=${port}`],
    env: {
      ...sound.env,
      WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
      WEBKIT_DISABLE_DMABUF_RENDERER: '1',
      LIBGL_ALWAYS_SOFTWARE: '1',
    },
  })
  const root = `http://127.0.0.1:${port}`
  const close = async () => {
    await driver.stop()
    await sound.close()
  }
  try {
    await untilReady(driver, `${root}/status`)
    const options = { binary: WEBKIT_BROWSER, args: ['--automation', '--enable-media-stream=true'] }
    const { sessionId } = await ask<{ sessionId: string }>(`${root}/session`, {
      capabilities: { alwaysMatch: { 'webkitgtk:browserOptions': options, timeouts: { script: SCRIPT_TIMEOUT_MS } } },
    })
    return pageOf(`${root}/session/${sessionId}`, sound, close)
  } catch (error) {
    await close()
    throw error
  }
}

function pageOf(session: string, sound: SoundCard, close: () => Promise<void>): WebkitPage {
  return {
    sound,
    goto: async (url) => {
      await ask(`${session}/url`, { url })
    },
    async evaluate(run, ...given) {
      const script = `const [given, done] = arguments
        Promise.resolve().then(() => (${run})(...given)).then((value) => done({ value }), (error) => done({ error: String(error) }))`
      const answer = await ask<{ value?: unknown; error?: string }>(`${session}/execute/async`, {
        script,
        args: [given],
      })
      if (answer.error !== undefined) throw new Error(`In the page: ${answer.error}`)
      // As JSON makes it of what the function returns.
      return answer.value as never
    },
    async click(name) {
      const script = `return (${findButton})(...arguments)`
      const find = () => ask<Record<string, string> | null>(`${session}/execute/sync`, { script, args: [name.source] })
      await expect.poll(find, `a button that is named ${name}`).not.toBeNull()
      await ask(`${session}/element/${(await find())?.[ELEMENT]}/click`, {})
    },
    async close() {
      await ask(session, undefined, 'DELETE').catch(() => undefined) // it may have crashed: then there is nothing to end
      await close()
    },
  }
}

/** In the page. */
function findButton(name: string, root: Document | ShadowRoot = document): Element | null {
  for (const element of root.querySelectorAll('*')) {
    const text = element.getAttribute('aria-label') ?? element.textContent ?? ''
    if (element instanceof HTMLButtonElement && new RegExp(name, 'i').test(text)) return element
    const inside = element.shadowRoot && findButton(name, element.shadowRoot)
    if (inside) return inside
  }
  return null
}

async function ask<Value>(url: string, body: unknown, method = 'POST'): Promise<Value> {
  const response = await fetch(url, {
    method,
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: AbortSignal.timeout(SCRIPT_TIMEOUT_MS + 10_000),
  })
  const { value } = (await response.json()) as { value: Value & { message?: string } }
  if (!response.ok) throw new Error(`WebDriver answered ${response.status}: ${value.message}`)
  return value
}
