/** WebKitGTK has no WebRTC, so it goes by relay: the main job of the widget, and the measurement of tone.spec.ts on the way. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { WEBKIT } from '../../scripts/lib/engines.ts'
import type { ParleyElement } from '../../widget/element.ts'
import { drives } from './support/engine.ts'
import { expectOneCallAtATime, expectSeedsAreText } from './support/journal.ts'
import { spokenPcm, spokenWav } from './support/microphone.ts'
import { type Stack, startStack } from './support/stack.ts'
import { expectFaithful, runTone, threadOf } from './support/tone-run.ts'
import { toneWav } from './support/tone-signal.ts'
import { prepareTap } from './support/tone-tap.ts'
import { launchWebkit, type WebkitPage } from './support/webkit-driver.ts'

drives(WEBKIT)

let stack: Stack
const dir = mkdtempSync(join(tmpdir(), 'parley-webkit-'))
test.beforeAll(async () => {
  stack = await startStack()
})
test.afterAll(() => stack.stop())

const stateOf = () => document.querySelector<ParleyElement>('parley-widget')?.state
const until = (page: WebkitPage, state: string) =>
  expect.poll(() => page.evaluate(stateOf), { timeout: 20_000, message: state }).toBe(state)

function file(name: string, bytes: Buffer): string {
  const path = join(dir, name)
  writeFileSync(path, bytes)
  return path
}

test('WebKitGTK, relay: tone in = tone out, written down, and known after a reload', { tag: '@long' }, async () => {
  test.setTimeout(150_000)
  const signal = file(
    'tone.wav',
    toneWav({ leadSeconds: 0.2, speech: await spokenPcm(dir, 'my two dogs are coming along') }),
  )
  const question = file('question.wav', await spokenWav(dir, 'what did I say before?'))
  await stack.simulator.fault('loopback', { coming: true })
  const page = await launchWebkit()
  try {
    await page.goto(stack.demoUrl)
    await page.evaluate(prepareTap, { withoutWebrtc: false })
    await expect.poll(() => page.evaluate(() => typeof RTCPeerConnection), 'no WebRTC in this WebKit').toBe('undefined')
    await page.click(/open the assistant/)
    await page.click(/^start talking/)
    await until(page, 'live')
    expect((await stack.simulator.calls()).map((call) => call.transport)).toEqual(['websocket'])

    const heard = await runTone('WebKitGTK, relay', page, () => page.sound.say(signal))
    expectFaithful(heard, { frequency: 1e-4, snrDb: 60, worstSnrDb: 50, dipDb: -1, delayMs: 0.5, rippleDb: 1 })
    const before = await page.evaluate(threadOf)
    expect(before.map(({ role }) => role)).toEqual(['assistant', 'user', 'assistant'])
    expect(before[1]?.text).toContain('two dogs')

    await stack.simulator.fault('clear')
    await page.goto(stack.demoUrl)
    await expect.poll(() => page.evaluate(threadOf), 'the thread, after a reload').toEqual(before)
    await page.click(/continue/)
    await until(page, 'live')
    await page.sound.say(question)
    const answered = async () => (await page.evaluate(threadOf)).slice(3).find(({ role }) => role === 'assistant')?.text
    await expect.poll(answered, { timeout: 20_000, message: 'an answer that knows' }).toContain('two dogs')
    await page.click(/hang up/)
    await until(page, 'ended')
    expect(await stack.simulator.calls()).toEqual([])
    const journal = await stack.simulator.journal()
    expectOneCallAtATime(journal)
    expectSeedsAreText(journal)
  } finally {
    await page.close()
  }
})
