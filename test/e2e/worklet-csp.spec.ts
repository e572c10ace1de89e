/** The audio worklets in a real browser: what they do, and how they get in under each kind of content security policy. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, type Page, test } from '@playwright/test'
import { buildWidget } from '../../scripts/build.ts'
import { type RunningBroker, startBroker } from '../../scripts/lib/broker.ts'
import { newDeploymentSecret } from '../../scripts/lib/deployment-secret.ts'
import { anyPort } from '../../scripts/lib/ports.ts'
import { writeWav } from '../../simulator/speech/wav.ts'
import { fitTone, fromPcm, largestStep, tone, toPcm } from '../widget/audio/sounds.ts'
import type { AudioLab } from './support/audio-lab.ts'
import { type LaunchedBrowser, launchBrowser } from './support/browser.ts'

const dir = mkdtempSync(join(tmpdir(), 'parley-worklets-'))
const NONCE = "'nonce-abc123'"
/** What the microphone hears. Hz */
const TONE = 997

let broker: RunningBroker
let site: Awaited<ReturnType<typeof serveSite>>
let launched: LaunchedBrowser
let page: Page

test.beforeAll(async () => {
  const assetsDir = join(dir, 'assets')
  await buildWidget({ outDir: assetsDir, app: fileURLToPath(new URL('./support/audio-lab.ts', import.meta.url)) })
  broker = await startBroker({
    port: await anyPort(),
    dir,
    assetsDir,
    // Nobody calls.
    variables: {
      OPENAI_API_KEY: 'sk-none',
      OPENAI_BASE_URL: 'http://127.0.0.1:9',
      PARLEY_SECRET: newDeploymentSecret(),
    },
  })
  site = await serveSite()
  const microphone = join(dir, 'tone.wav')
  writeFileSync(microphone, writeWav({ rate: 48_000, pcm: toPcm(tone(48_000, TONE, 0.5, 60)) }))
  launched = await launchBrowser({ microphone })
})
test.afterAll(async () => {
  await Promise.all([launched?.close(), broker?.stop(), site?.close()])
  rmSync(dir, { recursive: true })
})
test.beforeEach(async () => {
  page = await (await launched.browser.newContext()).newPage()
})
test.afterEach(() => page.context().close())

test('the file is served to every origin, as JavaScript, for ever', async () => {
  await visit(`script-src ${broker.url}`)
  const url = await lab((audio) => audio.url)
  expect(url).toMatch(new RegExp(`^${broker.url}/assets/worklets-[\\w-]+\\.js$`))
  const response = await fetch(url, { headers: { origin: site.url } })
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toMatch(/^(text|application)\/javascript/)
  expect(response.headers.get('access-control-allow-origin')).toBe('*')
  expect(response.headers.get('cross-origin-resource-policy')).toBe('cross-origin')
  expect(response.headers.get('cache-control')).toContain('immutable')
})

for (const [policy, step] of [
  ['script-src BROKER', 'file'],
  [`script-src BROKER; worker-src 'none'`, 'file'],
  [`script-src ${NONCE} 'strict-dynamic'`, 'file'],
  [`script-src ${NONCE} blob:`, 'blob'],
  [`script-src ${NONCE} data:`, 'data'],
] as const) {
  test(`${policy}: by ${step}`, async () => {
    await visit(policy.replace('BROKER', broker.url))
    expect(await lab((audio) => audio.load())).toEqual({ step })
    // Again, with the next context.
    expect(await lab((audio) => audio.load())).toEqual({ step })
    const { samples } = await lab((audio) => audio.listen(10))
    expect(largestStep(samples), 'the tone is there').toBeGreaterThan(1000)
    const { positions } = await lab((audio) => audio.speak(440, 100))
    expect(positions.at(-1)).toMatchObject({ item: 'short', receivedMs: 300 })
  })
}

test(`script-src ${NONCE} alone: no worklet, and a meter all the same`, async () => {
  await visit(`script-src ${NONCE}`)
  expect(await lab((audio) => audio.load())).toEqual({ step: null, reason: 'refused' })
  expect(await lab((audio) => audio.meter())).toBeGreaterThan(0.5)
})

test('an address where nobody answers is no refusal', async () => {
  const nobody = `http://localhost:${await anyPort()}`
  await visit(`script-src ${broker.url} ${nobody} blob: data:; connect-src ${broker.url} ${nobody}`)
  const outcome = await lab((audio, url) => audio.loadFrom(url), `${nobody}/assets/worklets.js`)
  expect(outcome).toEqual({ step: null, reason: 'unreachable' })
  expect(await lab((audio) => audio.load())).toEqual({ step: 'file' })
})

test('hanging up while the worklets are loaded spoils nothing', async () => {
  await visit(`script-src ${broker.url}`)
  const outcome = await lab((audio) => audio.loadAndClose())
  expect(outcome).toEqual({ step: null, reason: 'closed' })
  expect(await lab((audio) => audio.load())).toEqual({ step: 'file' })
})

test('the microphone’s tone arrives at 24 kHz, in time with the audio clock', async () => {
  await visit(`script-src ${broker.url}`)
  const { samples, contextSeconds, contextRate, level } = await lab((audio) => audio.listen(100))
  test.info().annotations.push({ type: 'context', description: `${contextRate} Hz` })
  expect(Math.abs(samples.length / 24_000 - contextSeconds), 's').toBeLessThan(0.1)
  // −6 dB of a tone is −9 dB RMS of 60 dB.
  expect(level).toBeCloseTo(1 - 9 / 60, 1)
  const fit = fitTone(fromPcm(samples.slice(0, 24_000)), 24_000, TONE)
  expect(fit.amplitude).toBeCloseTo(0.5, 1)
  expect(fit.restDb).toBeLessThan(-40)
})

test('the speaker plays, knows how far, falls silent when told, and goes on with the next item', async () => {
  await visit(`script-src ${broker.url}`)
  const { positions, flushed, sound, flushedAt, outputLatencyMs, nodes } = await lab((audio) => audio.speak(440, 1000))
  const long = positions.filter(({ item }) => item === 'long').map(({ playedMs }) => playedMs)
  expect(long.length).toBeGreaterThan(10)
  expect(long, 'always further').toEqual([...new Set(long)].sort((a, b) => a - b))
  expect(flushed).toEqual([{ item: 'long', playedMs: expect.any(Number), receivedMs: 10_000 }])
  const playedMs = flushed[0]?.playedMs ?? 0
  expect(playedMs).toBeGreaterThanOrEqual(1000)
  expect(playedMs).toBeLessThan(2500)
  expect(positions.at(-1)).toMatchObject({ item: 'short', receivedMs: 300 })

  const stretches = loudStretches(sound)
  expect(stretches).toHaveLength(2)
  const [first = 0, second = 0] = stretches.map(({ from, to }) => (to - from) / 24)
  // A stream does not have the device's delay, which the reported position leaves out.
  expect(Math.abs(first - playedMs - outputLatencyMs), 'ms').toBeLessThan(3)
  expect(Math.abs(second - 300), 'ms').toBeLessThan(3)
  expect(stretches[0]?.to ?? 0, 'silent soon after').toBeLessThan(flushedAt + 24 * 200)
  const middle = (stretches[0]?.from ?? 0) + 2400
  const fit = fitTone(fromPcm(sound.slice(middle, middle + 12_000)), 24_000, 440)
  expect(fit.restDb).toBeLessThan(-40)
  expect(nodes, 'one capture, one speaker').toBe(2)
})

test('after the browser interrupted the sound it goes on, with the same nodes', async () => {
  await visit(`script-src ${broker.url} ${NONCE}`)
  // As iOS does for a phone call (anchors-audio.md 0.5): the frame may play only while it is seen.
  await page.evaluate(async () => {
    const frame = document.createElement('iframe')
    frame.allow = "media-playback-while-not-visible 'none'"
    frame.src = '/'
    document.body.append(frame)
    await new Promise((resolve) => {
      frame.onload = resolve
    })
  })
  const frame = page.frames()[1]
  if (!frame) throw new Error('No frame')
  await frame.locator('h1').click()
  await frame.locator('parley-widget .launcher').dispatchEvent('pointerenter')
  await frame.waitForFunction(() => window.audioLab)
  const survived = frame.evaluate(() => window.audioLab?.survive())
  await frame.waitForFunction(() => (window.audioLab?.playedMs ?? 0) > 200)
  await page.evaluate(() => {
    const iframe = document.querySelector('iframe')
    addEventListener('message', () => iframe?.style.removeProperty('display'), { once: true })
    iframe?.style.setProperty('display', 'none')
  })
  const { states, flushed, positions } = (await survived) ?? { states: [], flushed: [], positions: [] }
  expect(states).toEqual(['running', 'interrupted', 'running'])
  expect(flushed).toEqual([{ item: 'before', playedMs: expect.any(Number), receivedMs: 10_000 }])
  expect(positions.filter(({ item }) => item === 'after').at(-1)).toMatchObject({ receivedMs: 300 })
})

/** A page of somebody else, on which nothing is allowed but this and what the widget needs in any case. */
async function visit(policy: string): Promise<void> {
  site.serve(`<script src="${broker.url}/widget.js" nonce="abc123" data-agent="concierge" async></script>`, policy)
  await page.goto(site.url)
  // A tap of the visitor, without which there is no sound; pointing at the button loads the app.
  await page.locator('h1').click()
  await page.locator('parley-widget .launcher').hover()
  await page.waitForFunction(() => window.audioLab)
}

/** Runs this with the page's lab. */
async function lab<T, A = undefined>(use: (audio: AudioLab, argument: A) => T | Promise<T>, argument?: A): Promise<T> {
  const handle = await page.evaluateHandle(() => window.audioLab as AudioLab)
  return (await handle.evaluate(use as never, argument as never)) as T
}

/** Parts that are louder than −50 dB, at most 20 ms of silence within. In samples. */
function loudStretches(sound: number[]): { from: number; to: number }[] {
  const stretches: { from: number; to: number }[] = []
  for (const [at, sample] of sound.entries()) {
    if (Math.abs(sample) < 100) continue
    const last = stretches.at(-1)
    if (last && at - last.to < 480) last.to = at + 1
    else stretches.push({ from: at, to: at + 1 })
  }
  return stretches
}

async function serveSite() {
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
    serve(tag: string, allowed: string) {
      html = `<!doctype html><html lang="en"><title>Strict</title><h1>Strict</h1>${tag}</html>`
      const connect = allowed.includes('connect-src') ? '' : `connect-src ${broker.url};`
      policy = `default-src 'none'; frame-src 'self'; require-trusted-types-for 'script'; ${connect} ${allowed}`
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
