/** Pictures from a real browser to the provider: what is chosen, what leaves the page, and what is answered. */
import { expect, type Page, test } from '@playwright/test'
import { inProject } from '../../scripts/lib/paths.ts'
import { launchBrowser } from './support/browser.ts'
import { openConsole, withConsole } from './support/console.ts'
import {
  animatedGif,
  animatedWebp,
  drawn,
  heldSideways,
  NOT_TO_BE_SHOWN,
  type PictureFile,
  sides,
} from './support/pictures.ts'
import { withSpeechOnDemand } from './support/speech-on-demand.ts'
import { type Stack, startStack } from './support/stack.ts'
import { type Visitor, visit } from './support/visitor.ts'

let stack: Stack

test.beforeAll(async () => {
  stack = await startStack({ main: inProject('test/e2e/inside/images-worker.ts'), ...withConsole })
})
test.afterAll(() => stack.stop())

const attach = (page: Page) => page.getByRole('button', { name: 'Show a picture' })
const preview = (page: Page) => page.getByRole('img', { name: 'Picture to send' })
const send = (page: Page) => page.getByRole('button', { name: 'Send' })

async function choose(page: Page, file: PictureFile | PictureFile[], way = 'Choose a picture') {
  await attach(page).click()
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: way }).click()
  await (await chooser).setFiles(file)
}

const answered = (visitor: Visitor, words: string) =>
  visitor.thread(
    (items) =>
      items.some(({ role, status, text }) => role === 'assistant' && status === 'completed' && text.includes(words)),
    `an answer with ${words}`,
  )

/** A visitor with the panel open, in writing. */
async function write(page: Page): Promise<Visitor> {
  const visitor = await visit(page, `${stack.demoUrl}/write.html`)
  await page.getByRole('button', { name: /open the assistant/ }).click()
  await expect(attach(page)).toBeVisible()
  return visitor
}

test('a picture is chosen, seen before it is sent, sent with words, answered, and forgotten by the page', async ({
  page,
}) => {
  const visitor = await write(page)
  await choose(page, await drawn(page, 1600, 1000))
  await expect(preview(page)).toBeVisible()
  expect((await stack.simulator.journal()).some(({ path }) => path === '/v1/realtime')).toBe(false)
  await page.getByLabel('Message').fill('which room is this?')
  await send(page).click()
  await answered(visitor, 'I saw an image of 800 by 500 pixels')
  await answered(visitor, 'You said: which room is this?')
  await expect(preview(page)).toBeHidden()
  const shown = page.getByRole('log').getByRole('img', { name: 'Picture' })
  await expect.poll(() => sides(shown)).toBe('rbrr')
  await page.reload()
  await expect(page.getByRole('log')).toContainText('Picture')
  await expect(page.getByRole('log')).toContainText('which room is this?')
  await expect(shown).toBeHidden()
})

test('a photo of 48 megapixels that was held sideways comes upright, small and bare @long', async ({ page }) => {
  const visitor = await write(page)
  const photo = heldSideways(await drawn(page, 8000, 6000, 'image/jpeg', true))
  expect(photo.buffer.length).toBeGreaterThan(1_000_000)
  const frames = sentImages(page)
  await choose(page, photo)
  await expect(preview(page)).toBeVisible({ timeout: 60_000 })
  await send(page).click()
  // Left becomes top.
  await answered(visitor, 'I saw an image of 600 by 800 pixels')
  const [jpeg] = await frames()
  expect(jpeg?.length).toBeLessThanOrEqual(200_000)
  expect(jpeg?.includes('Exif')).toBe(false)
  expect(jpeg?.includes('Secret')).toBe(false)
})

test('what was held sideways is turned @long', async ({ page }) => {
  await write(page)
  await choose(page, heldSideways(await drawn(page, 400, 200)))
  await expect.poll(() => sides(preview(page))).toBe('rrbr')
})

test('a screenshot of a 4K screen as a PNG becomes small enough @long', async ({ page }) => {
  const visitor = await write(page)
  const frames = sentImages(page)
  await choose(page, await drawn(page, 3840, 2160, 'image/png', true))
  await expect(preview(page)).toBeVisible({ timeout: 60_000 })
  await send(page).click()
  await answered(visitor, 'by 450 pixels')
  expect((await frames())[0]?.length).toBeLessThanOrEqual(200_000)
})

test('of what moves the first picture is sent, and that is said @long', async ({ page }) => {
  const visitor = await write(page)
  for (const file of [animatedGif(), animatedWebp(await drawn(page, 80, 40, 'image/webp'), 80, 40)]) {
    await choose(page, file)
    await expect(page.getByText('It moves: only its first picture is sent.')).toBeVisible()
    await send(page).click()
    await answered(visitor, `I saw an image of ${file.name.endsWith('gif') ? '8 by 4' : '80 by 40'} pixels`)
  }
})

test('what cannot be shown is refused in words, and nothing of it is sent @long', async ({ page }) => {
  await write(page)
  const frames = sentImages(page)
  const words = {
    heic: 'This browser cannot open HEIC photos.',
    svg: 'Drawings (SVG) cannot be shown.',
    pdf: 'Documents cannot be shown.',
    text: 'This is not a picture.',
    broken: 'This picture cannot be opened.',
  }
  for (const kind of ['heic', 'svg', 'pdf', 'text', 'broken'] as const) {
    await choose(page, NOT_TO_BE_SHOWN[kind])
    await expect(page.getByRole('alert')).toContainText(words[kind])
    await expect(preview(page)).toBeHidden()
    await expect(send(page)).toBeDisabled()
  }
  await page.getByRole('button', { name: 'Dismiss' }).click()
  await expect(page.getByRole('alert')).toBeHidden()
  expect(await frames()).toEqual([])
})

test('a picture is pasted, taken out again, and dropped; the page beside the panel keeps its ways @long', async ({
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const visitor = await write(page)
  await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(300, 200)
    canvas.getContext('2d')?.fillRect(0, 0, 10, 10)
    const blob = await canvas.convertToBlob({ type: 'image/png' })
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': blob })])
  })
  await page.getByLabel('Message').focus()
  await page.keyboard.press('Control+V')
  await expect(preview(page)).toBeVisible()
  await page.getByRole('button', { name: 'Remove the picture' }).click()
  await expect(preview(page)).toBeHidden()
  await expect(page.getByLabel('Message')).toBeFocused()

  const file = await drawn(page, 500, 250)
  const data = await page.evaluateHandle(
    ([base64, type]) => {
      const bytes = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0))
      const data = new DataTransfer()
      data.items.add(new File([bytes], 'room.jpg', { type }))
      return data
    },
    [file.buffer.toString('base64'), file.mimeType] as const,
  )
  await page.getByRole('log').or(page.locator('.welcome')).dispatchEvent('dragover', { dataTransfer: data })
  await expect(page.getByText('Drop the picture here')).toBeVisible()
  await page.getByRole('log').or(page.locator('.welcome')).dispatchEvent('drop', { dataTransfer: data })
  await expect(preview(page)).toBeVisible()
  await expect(page.getByText('Drop the picture here')).toBeHidden()
  const isLeftAlone = await page.evaluate((data) => {
    const event = new DragEvent('dragover', { dataTransfer: data, bubbles: true, cancelable: true })
    return document.body.dispatchEvent(event)
  }, data)
  expect(isLeftAlone).toBe(true)
  await send(page).click()
  await answered(visitor, 'I saw an image of 500 by 250 pixels')
})

test('a phone offers its camera @long', async () => {
  const { browser, close } = await launchBrowser()
  try {
    const context = await browser.newContext({ hasTouch: true, isMobile: true, viewport: { width: 360, height: 740 } })
    const page = await context.newPage()
    const visitor = await write(page)
    await choose(page, await drawn(page, 900, 1200), 'Take a photo')
    await send(page).click()
    await answered(visitor, 'I saw an image of 600 by 800 pixels')
  } finally {
    await close()
  }
})

test('one picture of the screen is taken in a call, sent when the visitor says so, and nothing is recorded on @long', async () => {
  const { browser, close } = await launchBrowser()
  try {
    const context = await browser.newContext()
    await withSpeechOnDemand(context)
    const page = await context.newPage()
    await page.addInitScript(() => {
      const real = navigator.mediaDevices.getDisplayMedia.bind(navigator.mediaDevices)
      const tracks: MediaStreamTrack[] = []
      Object.assign(window, { screenTracks: tracks })
      navigator.mediaDevices.getDisplayMedia = async (options) => {
        const stream = await real(options)
        tracks.push(...stream.getTracks())
        return stream
      }
    })
    const visitor = await visit(page, stack.demoUrl)
    await visitor.startTalking()
    await visitor.until('live')
    await attach(page).click()
    await page.getByRole('button', { name: 'Show your screen' }).click()
    await expect(preview(page)).toBeVisible()
    const states = await page.evaluate(() =>
      (window as unknown as { screenTracks: MediaStreamTrack[] }).screenTracks.map(({ readyState }) => readyState),
    )
    expect(states).toEqual(['ended'])
    await send(page).click()
    await answered(visitor, 'I saw an image of')
    await visitor.until('live')
  } finally {
    await close()
  }
})

test('who does not want to show the screen is asked nothing more @long', async () => {
  const { browser, close } = await launchBrowser({ microphone: 'refused' })
  try {
    const page = await browser.newPage()
    await write(page)
    await attach(page).click()
    await page.getByRole('button', { name: 'Show your screen' }).click()
    await expect(page.getByRole('button', { name: 'Show your screen' })).toBeHidden()
    await expect(preview(page)).toBeHidden()
    await expect(page.getByRole('alert')).toBeHidden()
  } finally {
    await close()
  }
})

test('more pictures than may be are refused in words, and the conversation goes on @long', async ({ page }) => {
  const visitor = await write(page)
  for (const width of [101, 102, 103, 104]) {
    await choose(page, await drawn(page, width, 90))
    await send(page).click()
    if (width < 104) await answered(visitor, `I saw an image of ${width} by 90 pixels`)
  }
  await expect(page.locator('[data-code="too_many_images"]')).toBeVisible()
  await expect(page.getByRole('log')).toContainText('did not come through')
  await page.getByLabel('Message').fill('never mind')
  await send(page).click()
  await answered(visitor, 'You said: never mind')
})

test('what an agent keeps is seen by the owner in the console, until it is erased @long', async ({ page, context }) => {
  const visitor = await visit(page, `${stack.demoUrl}/write.html`)
  await page.locator('parley-widget').evaluate((widget) => widget.setAttribute('agent', 'keeper'))
  await page.getByRole('button', { name: /open the assistant/ }).click()
  await choose(page, await drawn(page, 1600, 1000))
  await send(page).click()
  await answered(visitor, 'I saw an image of 800 by 500 pixels')

  const owner = await context.newPage()
  const troubles = await openConsole(owner, stack)
  const session = visitor.frames.find(({ type }) => type === 'welcome')?.session
  await owner.goto(`${stack.brokerUrl}/console#/sessions/${session}`)
  const seen = owner.getByRole('img', { name: 'Picture, 800 × 500' })
  await expect.poll(() => seen.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBe(800)
  expect(troubles).toEqual([])

  const address = `${stack.brokerUrl}${await seen.getAttribute('src')}`
  expect((await owner.request.get(address)).status()).toBe(200)
  await page.getByRole('button', { name: 'More options' }).click()
  await page.getByRole('button', { name: 'Forget this conversation' }).click()
  await page.getByRole('button', { name: 'Erase' }).click()
  await visitor.thread((items) => items.length === 0, 'an empty thread')
  expect((await owner.request.get(address)).status()).toBe(404)
})

/** The JPEGs that leave the page over its sockets from now on. */
function sentImages(page: Page): () => Promise<Buffer[]> {
  const frames: string[] = []
  page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => frames.push(String(payload))))
  return async () =>
    frames.flatMap((frame) => {
      const { type, jpeg } = frame.startsWith('{')
        ? (JSON.parse(frame) as { type: string; jpeg?: string })
        : { type: '' }
      return type === 'image' && jpeg ? [Buffer.from(jpeg, 'base64')] : []
    })
}
