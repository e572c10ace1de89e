/** One measurement in whatever browser: the greeting is waited for, the signal said, its echo heard and measured. */
import { writeFileSync } from 'node:fs'
import { expect, test } from '@playwright/test'
import { resample } from '../../../simulator/speech/resample.ts'
import type { ParleyElement } from '../../../widget/element.ts'
import { wordsIn } from './listening.ts'
import { RECORDING_RATE } from './recording.ts'
import { analyse, type Heard, shown, type ToneReport } from './tone-analysis.ts'
import { SPEECH_AT } from './tone-signal.ts'
import {
  heardOf,
  microphoneSettings,
  type Receiver,
  receiverOf,
  receiverReports,
  startTap,
  takeTap,
} from './tone-tap.ts'
import type { ThreadItem } from './visitor.ts'

/** A page of any driver. */
export interface TonePage {
  evaluate<Result>(run: () => Result): Promise<Awaited<Result>>
}

export interface ToneRun {
  report: ToneReport
  /** What the echo says after tone and sweep. */
  words: string
  receiver: Receiver
}

/** What the sound has to be like. */
export interface Bars {
  /** Largest error of tone and sweep, as part of 1. */
  frequency: number
  /** Least tone to everything else: in the median of all 100 ms, and in the worst. dB */
  snrDb: number
  worstSnrDb: number
  /** Deepest dip of the loudness within 5 ms. dB, negative */
  dipDb: number
  /** Most that may be missing or put in within the sweep, but for what the browser's receiver tells of itself. ms */
  delayMs: number
  /** dB */
  rippleDb: number
}

/** So long nothing is heard (s) when the assistant is done; its longest pause is shorter. */
const QUIET_SECONDS = 1.5
/** Of full scale, RMS: below it is silence. */
const QUIET = 0.003
const LONGEST_SECONDS = 60
/** A receiver that has changed nothing for so long keeps its pace. ms */
const SETTLED_MS = 3_000

export function expectFaithful({ report, words, receiver }: ToneRun, bars: Bars): void {
  // A receiver whose packets are late stretches what it has, and says so. The rest must be there.
  const { concealedSamples = 0, insertedSamplesForDeceleration = 0, removedSamplesForAcceleration = 0 } = receiver
  const stretchedMs = (concealedSamples + insertedSamplesForDeceleration + removedSamplesForAcceleration) / 48
  expect(Math.abs(report.frequencyError), 'the tone has its frequency').toBeLessThan(bars.frequency)
  expect(report.snrDb, 'and little else is there').toBeGreaterThan(bars.snrDb)
  expect(report.delayWanderMs, 'nothing is missing').toBeLessThan(bars.delayMs + stretchedMs)
  expect(words, 'the words are the same').toContain('two dogs')
  if (concealedSamples === 0) {
    expect(report.deepestDipDb, 'no gap').toBeGreaterThan(bars.dipDb)
    expect(report.rippleDb, 'every pitch is as loud').toBeLessThan(bars.rippleDb)
  } else console.warn(`NOT JUDGED: gaps. The receiver had to make up ${(concealedSamples / 48).toFixed(0)} ms.`)
  if (stretchedMs === 0) {
    expect(Math.abs(report.sweepError), 'the sweep has its speed').toBeLessThan(bars.frequency)
    expect(report.worstSnrDb, 'at no moment').toBeGreaterThan(bars.worstSnrDb)
  } else console.warn(`NOT JUDGED: single moments. The receiver stretched ${stretchedMs.toFixed(0)} ms.`)
}

/** In the page. */
export function threadOf(): ThreadItem[] {
  return document.querySelector<ParleyElement>('parley-widget')?.items ?? []
}

/**
 * The call is live; its assistant greets, and then answers with loopback.
 * @param say resolves when the signal was said, or at once where the microphone says it by itself
 * @param settles the receiver's buffer has grown while devices were opened: it is waited for until that is caught up with
 */
export async function runTone(
  name: string,
  page: TonePage,
  say: () => Promise<void>,
  { settles = false } = {},
): Promise<ToneRun> {
  await page.evaluate(startTap)
  const pieces: Heard[] = []
  await untilAnswered(page, 1, pieces)
  if (settles) await untilSettled(page)
  const before = receiverOf(await page.evaluate(receiverReports))
  await say()
  await untilAnswered(page, 2, pieces)
  const receiver = receiverOf(await page.evaluate(receiverReports), before)
  const microphone = await page.evaluate(microphoneSettings)
  expect(microphone.echoCancellation, 'the microphone as it is').not.toBe(true)
  const heard = joined(pieces)
  writeFileSync(test.info().outputPath('heard.f32'), Buffer.from(heard.samples.buffer)) // to be looked at
  const report = analyse(heard)
  const speech = heard.samples.subarray(Math.round((report.at + SPEECH_AT - 0.1) * heard.rate))
  const pcm = resample(
    Int16Array.from(speech, (sample) => Math.round(sample * 32_767)),
    heard.rate,
    RECORDING_RATE,
  )
  const words = (await wordsIn({ pcm, startedAt: 0 })).join(' ').toLowerCase()
  console.log(`${name}: ${shown(report)}; heard at ${heard.rate} Hz; "${words}"; receiver ${JSON.stringify(receiver)}`)
  return { report, words, receiver }
}

async function untilSettled(page: TonePage): Promise<void> {
  const stretched = async () => {
    const { insertedSamplesForDeceleration = 0, removedSamplesForAcceleration = 0 } = receiverOf(
      await page.evaluate(receiverReports),
    )
    return insertedSamplesForDeceleration + removedSamplesForAcceleration
  }
  let last = Number.NaN
  let since = Date.now()
  const isSettled = async () => {
    const now = await stretched()
    if (now !== last) since = Date.now()
    last = now
    return Date.now() - since > SETTLED_MS
  }
  const wait = { timeout: LONGEST_SECONDS * 1000, intervals: [250], message: 'the receiver to keep its pace' }
  await expect.poll(isSettled, wait).toBe(true)
}

/** Waits for that many turns of the assistant that were heard to their end, and for the silence after them. */
async function untilAnswered(page: TonePage, turns: number, pieces: Heard[]): Promise<void> {
  const isOver = async () => {
    pieces.push(heardOf(await page.evaluate(takeTap)))
    const items = await page.evaluate(threadOf)
    const answers = items.filter(({ role, status }) => role === 'assistant' && status === 'completed')
    const { samples, rate } = joined(pieces)
    return answers.length >= turns && rms(samples.subarray(-Math.round(QUIET_SECONDS * rate))) < QUIET
  }
  const wait = { timeout: LONGEST_SECONDS * 1000, intervals: [1000], message: `${turns} turns of the assistant` }
  await expect.poll(isOver, wait).toBe(true)
}

function joined(pieces: readonly Heard[]): Heard {
  const samples = new Float32Array(pieces.reduce((sum, piece) => sum + piece.samples.length, 0))
  let at = 0
  for (const piece of pieces) {
    samples.set(piece.samples, at)
    at += piece.samples.length
  }
  return { samples, rate: pieces[0]?.rate ?? Number.NaN }
}

function rms(samples: Float32Array): number {
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(1, samples.length))
}
