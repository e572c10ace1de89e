/**
 * Our resampler against the libraries that run in a browser, same signals, same run: `npm run bench:resampler`.
 * With `--design` it finds the kernel anew and prints it, with `--rates` it measures all pairs of rates of ours instead.
 */

import {
  distortionDb,
  latencyMs,
  primeFrom,
  type Rates,
  type Response,
  sweep,
} from '../test/widget/audio/resampler-measure.ts'
import { PAIRS } from '../test/widget/audio/resampler-run.ts'
import { floatToPcm16, pcm16ToFloat } from '../widget/audio/pcm16.ts'
import { designGains } from './resampler-design.ts'
import {
  type Converter,
  IMPLEMENTATIONS,
  type Implementation,
  implementationNamed,
} from './resampler-implementations.ts'
import { type Timing, timeAll } from './resampler-timing.ts'

const QUANTUM = 128
const ROUNDS = 15
/** Long enough for the slowest filter here to give back its last frame. */
const TAIL_S = 0.05

if (process.argv.includes('--design')) {
  const { gains, stopbandDb } = designGains()
  console.log(`${stopbandDb.toFixed(2)} dB\n${gains.map((gain) => gain.toFixed(7)).join(', ')}`)
} else if (process.argv.includes('--rates')) {
  await printTable(
    'All rates, Parley',
    ratesHeader(),
    PAIRS.map((rates) => () => ratesRow(rates)),
  )
} else {
  for (const inRate of [48000, 44100, 16000]) await compare({ inRate, outRate: 24000 })
}

async function compare(rates: Rates): Promise<void> {
  const timings = await timeAll(
    IMPLEMENTATIONS.map(({ name }) => name),
    rates,
    ROUNDS,
  )
  const unit = timings.get('')?.minimum ?? Number.NaN
  const own = timings.get('Parley')?.minimum ?? Number.NaN
  const rows = IMPLEMENTATIONS.map((each) => () => compareRow(each, rates, timings.get(each.name), unit, own))
  await printTable(
    `${rates.inRate} → ${rates.outRate} Hz (one multiply-add: ${unit.toFixed(2)} ns)`,
    compareHeader(rates),
    rows,
  )
}

function compareHeader(rates: Rates): string[] {
  const [wide, pass, stop] = [10, 10.5, 12.5].map((khz) => kilo(scaled(khz * 1000, rates)))
  return [
    '',
    `±dB to ${wide}`,
    `±dB to ${pass}`,
    '−3 dB at Hz',
    rates.inRate > rates.outRate
      ? `alias from ${stop}, dB`
      : `image of tones to ${kilo(rates.inRate - scaled(12500, rates))}, dB`,
    'worst spur in the passband, dB',
    'THD+N, PCM16, low / high, dB',
    'latency ms',
    'ns per frame, min / median',
    'multiply-adds',
    '× Parley',
    'gzip B',
  ]
}

async function compareRow(
  implementation: Implementation,
  rates: Rates,
  timing: Timing | undefined,
  unit: number,
  own: number,
): Promise<string[]> {
  const { minimum = Number.NaN, median = Number.NaN } = timing ?? {}
  const sound = await measure(implementation, rates)
  return [
    implementation.name,
    sound.rippleWide.toFixed(3),
    sound.ripple.toFixed(3),
    Number.isNaN(sound.cutoff) ? '–' : sound.cutoff.toFixed(0),
    sound.folded.toFixed(1),
    sound.spur.toFixed(1),
    `${sound.low.toFixed(1)} / ${sound.high.toFixed(1)}`,
    sound.latency.toFixed(2),
    `${minimum.toFixed(1)} / ${median.toFixed(1)}`,
    (minimum / unit).toFixed(0),
    (minimum / own).toFixed(2),
    String(await implementation.size()),
  ]
}

function ratesHeader(): string[] {
  return [
    'Hz',
    '±dB',
    'alias or image, dB',
    'spur, dB',
    'THD+N PCM16 low / high, dB',
    'latency ms',
    'ns per frame',
    'multiply-adds',
  ]
}

async function ratesRow(rates: Rates): Promise<string[]> {
  const sound = await measure(implementationNamed('Parley'), rates)
  const timings = await timeAll(['Parley'], rates, ROUNDS)
  const minimum = timings.get('Parley')?.minimum ?? Number.NaN
  return [
    `${rates.inRate} → ${rates.outRate}`,
    sound.ripple.toFixed(3),
    sound.folded.toFixed(1),
    sound.spur.toFixed(1),
    `${sound.low.toFixed(1)} / ${sound.high.toFixed(1)}`,
    sound.latency.toFixed(2),
    minimum.toFixed(1),
    (minimum / (timings.get('')?.minimum ?? Number.NaN)).toFixed(0),
  ]
}

async function measure(implementation: Implementation, rates: Rates) {
  const convert = inQuanta(await implementation.open(rates), rates)
  const passband = sweep(convert, rates, 100, scaled(10500, rates))
  const wide = sweep(convert, rates, 100, scaled(10000, rates))
  const beyond = sweep(convert, rates, scaled(8000, rates), Math.min(rates.inRate, rates.outRate) / 2 - 50, 25)
  const cutoff = beyond.find(({ gainDb }) => gainDb < -3)?.frequency ?? Number.NaN
  const folded =
    rates.inRate > rates.outRate
      ? largest(sweep(convert, rates, scaled(12500, rates), rates.inRate / 2 - 100), ({ totalDb }) => totalDb)
      : largest(sweep(convert, rates, 100, rates.inRate - scaled(12500, rates)), ({ spurDb }) => spurDb)
  const stream = await implementation.open(rates)
  const room = new Float32Array(1024)
  return {
    ripple: rippleOf(passband),
    rippleWide: rippleOf(wide),
    cutoff,
    folded,
    spur: largest(passband, ({ spurDb, gainDb }) => spurDb - gainDb),
    low: distortionDb(convert, rates, 997, throughPcm16),
    high: distortionDb(convert, rates, primeFrom(scaled(9000, rates)), throughPcm16),
    latency: latencyMs({ push: (input) => room.slice(0, stream.process(input, room)) }, rates),
  }
}

/** One converter for all signals. Silence after each one empties it, so that the next begins at rest. */
function inQuanta(converter: Converter, { inRate, outRate }: Rates): (input: Float32Array) => Float32Array {
  return (input) => {
    const padded = new Float32Array(Math.ceil((input.length + TAIL_S * inRate) / QUANTUM) * QUANTUM)
    padded.set(input)
    const output = new Float32Array(Math.ceil((padded.length * outRate) / inRate) + QUANTUM * 16)
    let written = 0
    for (let taken = 0; taken < padded.length; taken += QUANTUM) {
      written += converter.process(padded.subarray(taken, taken + QUANTUM), output.subarray(written))
    }
    return output.subarray(0, written)
  }
}

/** A frequency of the 24 kHz design, at the lower rate. */
function scaled(frequency: number, { inRate, outRate }: Rates): number {
  return (frequency * Math.min(inRate, outRate)) / 24000
}

/** ± about the middle. */
function rippleOf(responses: readonly Response[]): number {
  const gains = responses.map(({ gainDb }) => gainDb)
  return (Math.max(...gains) - Math.min(...gains)) / 2
}

function largest(responses: readonly Response[], value: (response: Response) => number): number {
  return Math.max(...responses.map(value))
}

function throughPcm16(signal: Float32Array): Float32Array {
  const pcm = new Int16Array(signal.length)
  floatToPcm16(signal, pcm)
  const back = new Float32Array(signal.length)
  pcm16ToFloat(pcm, back)
  return back
}

function kilo(frequency: number): string {
  return `${(frequency / 1000).toFixed(2).replace(/\.?0+$/, '')} kHz`
}

async function printTable(
  title: string,
  header: readonly string[],
  rows: readonly (() => Promise<string[]>)[],
): Promise<void> {
  console.log(`\n### ${title}\n`)
  console.log(`| ${header.join(' | ')} |\n|${header.map(() => ' --- |').join('')}`)
  for (const row of rows) console.log(`| ${(await row()).join(' | ').replace(/-(?=\d)/g, '−')} |`)
}
