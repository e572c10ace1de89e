/** A room where the microphone hears the loudspeaker, and no echo cancellation helps. */
import { type BrowserContext, expect, type Page, test } from '@playwright/test'
import { launchBrowser } from './support/browser.ts'
import { type Stack, startStack } from './support/stack.ts'
import { type ThreadItem, type Visitor, visit } from './support/visitor.ts'

let stack: Stack
test.beforeAll(async () => {
  stack = await startStack()
})
test.afterAll(() => stack.stop())

/** The page's only microphone stands beside its loudspeaker: what the `<audio>` element plays is heard 150 ms later. */
async function inLoudRoom(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const player = (root: Document | ShadowRoot): HTMLAudioElement | undefined => {
      for (const element of root.querySelectorAll('*')) {
        if (element instanceof HTMLAudioElement && element.srcObject) return element
        const inside = element.shadowRoot && player(element.shadowRoot)
        if (inside) return inside
      }
      return undefined
    }
    navigator.mediaDevices.getUserMedia = async () => {
      const room = new AudioContext({ sampleRate: 48_000 })
      await room.resume()
      const air = room.createDelay(1)
      air.delayTime.value = 0.15
      const microphone = room.createMediaStreamDestination()
      air.connect(microphone)
      // Without a running source no packet at all is sent, which no real microphone does.
      const silence = room.createConstantSource()
      silence.offset.value = 0
      silence.connect(microphone)
      silence.start()
      let heard: MediaProvider | null | undefined
      setInterval(() => {
        const stream = player(document)?.srcObject
        if (stream === heard || !(stream instanceof MediaStream) || stream.getAudioTracks().length === 0) return
        heard = stream
        room.createMediaStreamSource(stream).connect(air)
      }, 50)
      return microphone.stream
    }
  })
}

const turnsOf = (items: ThreadItem[]) => items.filter(({ role }) => role === 'user')
const offer = (page: Page) => page.locator('[data-code="echo"]')

async function talkInLoudRoom(
  act: (visitor: Visitor) => Promise<void>,
  prepare?: (context: BrowserContext) => Promise<unknown>,
) {
  const { browser, close } = await launchBrowser()
  try {
    const context = await browser.newContext()
    await inLoudRoom(context)
    await prepare?.(context)
    const visitor = await visit(await context.newPage(), stack.demoUrl, { keepBytes: false })
    await visitor.startTalking()
    await visitor.until('live')
    await act(visitor)
  } finally {
    await close()
  }
}

/** Nobody speaks: all that is heard is the assistant. */
async function expectNoNewTurns(visitor: Visitor): Promise<void> {
  // What was heard before is still being written down.
  await visitor.page.waitForTimeout(4_000)
  const before = turnsOf(await visitor.items()).length
  await visitor.page.getByRole('textbox').fill('tell me a long story')
  const speaking = visitor.nextActivity('speaking')
  await visitor.page.getByRole('textbox').press('Enter')
  await speaking
  await visitor.page.waitForTimeout(8_000)
  expect(turnsOf(await visitor.items()).length, 'the typed one').toBe(before + 1)
}

test('WebRTC: an assistant that hears itself is flagged; taking turns ends it', { tag: '@long' }, async () => {
  await talkInLoudRoom(async (visitor) => {
    const { page } = visitor
    await expect(offer(page)).toBeVisible({ timeout: 60_000 })
    await expect(page.locator('.turn.user').getByText('perhaps an echo of the assistant').first()).toBeVisible()
    await page.getByRole('button', { name: 'Take turns' }).click()
    await expect(offer(page)).toHaveCount(0)
    await expectNoNewTurns(visitor)
  })
})

test('relay: the same, with push-to-talk', { tag: '@long' }, async () => {
  await talkInLoudRoom(
    async (visitor) => {
      const { page } = visitor
      await expect(offer(page)).toBeVisible({ timeout: 60_000 })
      await page.getByRole('button', { name: 'Hold to talk' }).click()
      await expect(page.getByRole('button', { name: 'Hold to talk' })).toHaveClass(/hold/)
      await expectNoNewTurns(visitor)
    },
    (context) =>
      context.addInitScript(() => {
        Object.assign(window, { RTCPeerConnection: undefined })
      }),
  )
})

test('relay on an iPhone: offered before anything went wrong', { tag: '@long' }, async () => {
  const { browser, close } = await launchBrowser()
  try {
    // The two signs by which the widget knows one; nothing else of an iPhone is here.
    const context = await browser.newContext({ hasTouch: true })
    await context.addInitScript(() => {
      Object.assign(window, { RTCPeerConnection: undefined })
      Object.assign(navigator, { audioSession: { type: 'auto' } })
      Object.defineProperty(navigator, 'maxTouchPoints', { value: 5 })
    })
    const visitor = await visit(await context.newPage(), stack.demoUrl, { keepBytes: false })
    await visitor.startTalking()
    await visitor.until('live')
    await expect(offer(visitor.page)).toBeVisible()
  } finally {
    await close()
  }
})
