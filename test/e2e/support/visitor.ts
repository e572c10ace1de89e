/** A visitor of the demo website: what they do with the widget, and everything that reached their browser. */
import { expect, type Page } from '@playwright/test'
import type { ParleyElement } from '../../../widget/element.ts'
import { isFirefox, onSocketText } from './firefox.ts'

export interface ThreadItem {
  id: string
  role: string
  text: string
  status: string
  /** Only in frames and transcripts. */
  position?: number
}

export interface Frame {
  type: string
  seq?: number
  item?: ThreadItem | string
  state?: string
  code?: string
  [more: string]: unknown
}

export interface Visitor {
  readonly page: Page
  /** Frames of the event socket that reached this browser, in order. */
  readonly frames: Frame[]
  /** Every byte of responses, sockets and data channels that reached this browser, as text. */
  received(): Promise<string>
  startTalking(): Promise<void>
  /** Every state since the page was loaded, in order: some last only a moment. */
  states(): Promise<string[]>
  items(): Promise<ThreadItem[]>
  /** Waits for a state of the element. */
  until(state: string, timeout?: number): Promise<void>
  /** Waits for something the assistant did: the next `activity` after this call. */
  nextActivity(state: string, timeout?: number): Promise<void>
  /** Waits until the thread fits. */
  thread(fits: (items: ThreadItem[]) => boolean, what: string, timeout?: number): Promise<ThreadItem[]>
}

interface WatchedWindow extends Window {
  testChannelMessages?: string[]
  testStates?: string[]
}

/**
 * Opens a page of the demo website and watches what reaches it.
 * @param keepBytes false where the page's memory is measured: then `received` tells nothing of the data channel
 */
export async function visit(page: Page, url: string, { keepBytes = true } = {}): Promise<Visitor> {
  const frames: Frame[] = []
  const bytes: Promise<string>[] = []
  const keepChannel = () => {
    const messages: string[] = []
    const watched: WatchedWindow = window
    watched.testChannelMessages = messages
    const create = RTCPeerConnection.prototype.createDataChannel
    RTCPeerConnection.prototype.createDataChannel = function (...args) {
      const channel = create.apply(this, args)
      channel.addEventListener('message', (event) => messages.push(String(event.data)))
      return channel
    }
  }
  if (keepBytes) await page.addInitScript(keepChannel)
  await page.addInitScript(() => {
    const states: string[] = []
    const watched: WatchedWindow = window
    watched.testStates = states
    document.addEventListener('parley-state', (event) => states.push((event as CustomEvent).detail.state))
  })
  page.on('response', (response) => {
    // The browser may be closed while an answer is on its way.
    const headers = response.allHeaders().then(JSON.stringify, () => '')
    const body = response.text().catch(() => '') // preflights and 204s have none
    bytes.push(headers, body)
  })
  const arrived = (text: string) => {
    bytes.push(Promise.resolve(text))
    if (text !== 'pong') frames.push(JSON.parse(text) as Frame)
  }
  if (isFirefox(page)) await onSocketText(page, arrived)
  else {
    page.on('websocket', (socket) => {
      // Anything else is the sound of a relay.
      socket.on('framereceived', ({ payload }) => typeof payload === 'string' && arrived(payload))
    })
  }
  await page.goto(url)

  const items = () =>
    page.evaluate((): ThreadItem[] => document.querySelector<ParleyElement>('parley-widget')?.items ?? [])
  return {
    page,
    frames,
    items,
    async received() {
      const channel = await page.evaluate(() => (window as WatchedWindow).testChannelMessages ?? [])
      return [...(await Promise.all(bytes)), ...channel].join('\n')
    },
    async startTalking() {
      await page.getByRole('button', { name: /open the assistant/ }).click()
      await page.getByRole('button', { name: 'Start talking' }).first().click()
    },
    states: () => page.evaluate(() => (window as WatchedWindow).testStates ?? []),
    until: (state, timeout = 20_000) =>
      expect(page.locator('parley-widget')).toHaveAttribute('state', state, { timeout }),
    async nextActivity(state, timeout = 20_000) {
      const from = frames.length
      const seen = () => frames.slice(from).some((frame) => frame.type === 'activity' && frame.state === state)
      await expect.poll(seen, { timeout, intervals: [50], message: `activity ${state}` }).toBe(true)
    },
    async thread(fits, what, timeout = 20_000) {
      let last: ThreadItem[] = []
      const look = async () => {
        last = await items()
        return fits(last)
      }
      await expect.poll(look, { timeout, intervals: [100], message: what }).toBe(true)
      return last
    },
  }
}
