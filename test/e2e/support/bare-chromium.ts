/**
 * Chromium without Playwright's focus emulation, under which no page is ever hidden: for tests of what the background does.
 * Spoken to over the DevTools protocol directly.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import { browserArgs } from '../../../scripts/lib/browser-args.ts'
import { findChromium } from '../../../scripts/lib/chromium.ts'

export interface BarePage {
  /** Evaluates a function in the page, as inside a tap. Its result must be JSON. */
  run<Result, Args extends unknown[]>(code: (...args: Args) => Result, ...args: Args): Promise<Awaited<Result>>
  /** Like `expect.poll`: resolves when the condition holds in the page. */
  until(condition: () => boolean, what: string, timeoutMs?: number): Promise<void>
  /** Puts this tab in front; the one that was there is hidden. */
  toFront(): Promise<void>
  /** A frozen page runs no task at all until it is active again. Chromium freezes only hidden pages. */
  setLifecycle(state: 'frozen' | 'active'): Promise<void>
}

export interface BareChromium {
  open(url: string): Promise<BarePage>
  close(): Promise<void>
}

interface Answer {
  id?: number
  result?: Record<string, unknown>
  error?: { message: string }
}

export async function launchBareChromium(): Promise<BareChromium> {
  const path = findChromium()
  if (!path) throw new Error('No Chromium')
  const profile = mkdtempSync(join(tmpdir(), 'parley-chromium-'))
  const child = spawn(
    path,
    [...browserArgs(), '--headless=new', '--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const address = await new Promise<string>((resolve, reject) => {
    let text = ''
    child.stderr.on('data', (chunk) => {
      text += chunk
      const found = text.match(/DevTools listening on (\S+)/)?.[1]
      if (found) resolve(found)
    })
    child.once('exit', () => reject(new Error(`Chromium did not start: ${text.slice(-500)}`)))
  })
  const socket = new WebSocket(address)
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  const waiting = new Map<number, (answer: Answer) => void>()
  let last = 0
  socket.on('message', (data) => {
    const answer: Answer = JSON.parse(String(data))
    if (answer.id !== undefined) waiting.get(answer.id)?.(answer)
  })

  async function send(method: string, params: object = {}, sessionId?: unknown): Promise<Record<string, unknown>> {
    last += 1
    const id = last
    const answered = new Promise<Answer>((resolve) => waiting.set(id, resolve))
    socket.send(JSON.stringify({ id, method, params, sessionId }))
    const { result, error } = await answered
    waiting.delete(id)
    if (error) throw new Error(`${method}: ${error.message}`)
    return result ?? {}
  }

  return {
    async open(url) {
      const { targetId } = await send('Target.createTarget', { url })
      const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true })
      await send('Page.enable', {}, sessionId)
      const run: BarePage['run'] = async (code, ...args) => {
        const expression = `(${code})(...${JSON.stringify(args)})`
        const options = { expression, awaitPromise: true, returnByValue: true, userGesture: true }
        const answer = await send('Runtime.evaluate', options, sessionId)
        const { result, exceptionDetails } = answer as { result: { value: never }; exceptionDetails?: object }
        if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails).slice(0, 500))
        return result.value
      }
      const page: BarePage = {
        run,
        async until(condition, what, timeoutMs = 20_000) {
          const end = Date.now() + timeoutMs
          while (!(await run(condition))) {
            if (Date.now() > end) throw new Error(`Not within ${timeoutMs} ms: ${what}`)
            await new Promise((resolve) => setTimeout(resolve, 50))
          }
        },
        async toFront() {
          await send('Target.activateTarget', { targetId })
        },
        async setLifecycle(state) {
          await send('Page.setWebLifecycleState', { state }, sessionId)
        },
      }
      // It begins as an empty page, which is complete too.
      while ((await run(() => [location.href, document.readyState])).join() !== `${new URL(url).href},complete`) {
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
      return page
    },
    async close() {
      await send('Browser.close').catch(() => undefined) // it may be gone before it answers
      socket.close()
      if (child.exitCode === null) await new Promise((resolve) => child.once('exit', resolve))
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
