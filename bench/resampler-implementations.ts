/** The resamplers that `npm run bench:resampler` compares, behind one interface. */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import libsamplerate from '@alexanderolsen/libsamplerate-js'
import createSpeex from '@echogarden/speex-resampler-wasm/simd'
import { gzipBytes } from '../test/widget/audio/resampler-bundle.ts'
import type { Rates } from '../test/widget/audio/resampler-measure.ts'
import { createResampler } from '../widget/audio/resampler.ts'

export interface Converter {
  /** Frames written. `output` has room for all. */
  process(input: Float32Array, output: Float32Array): number
}

export interface Implementation {
  name: string
  open(rates: Rates): Promise<Converter>
  /** What a page would load for it, in bytes. */
  size(): Promise<number>
}

const OWN = fileURLToPath(new URL('../widget/audio/resampler.ts', import.meta.url))
/** Longest chunk that is handed to a wasm module. */
const WASM_FRAMES = 4096

export const IMPLEMENTATIONS: readonly Implementation[] = [
  {
    name: 'Parley',
    open: async ({ inRate, outRate }) => createResampler(inRate, outRate),
    size: () => gzipBytes(OWN),
  },
  speex(3),
  speex(5),
  speex(8),
  ofLibsamplerate('FASTEST', libsamplerate.ConverterType.SRC_SINC_FASTEST),
  ofLibsamplerate('MEDIUM', libsamplerate.ConverterType.SRC_SINC_MEDIUM_QUALITY),
  ofLibsamplerate('BEST', libsamplerate.ConverterType.SRC_SINC_BEST_QUALITY),
  { name: 'linear, no low-pass', open: async (rates) => createLinear(rates), size: async () => 0 },
]

export function implementationNamed(name: string): Implementation {
  const found = IMPLEMENTATIONS.find((implementation) => implementation.name === name)
  if (!found) throw new Error(`There is no implementation "${name}"`)
  return found
}

/** @echogarden/speex-resampler-wasm, the build with SIMD, float samples. */
function speex(quality: number): Implementation {
  return {
    name: `speex wasm SIMD q${quality}`,
    open: async ({ inRate, outRate }) => {
      const module = await createSpeex()
      const status = module._malloc(4)
      const state = module._speex_resampler_init(1, inRate, outRate, quality, status)
      const code = module.HEAP32[status >> 2]
      if (code !== 0) throw new Error(`speex refused ${inRate} → ${outRate} Hz: ${code}`)
      const input = module._malloc(4 * WASM_FRAMES)
      const output = module._malloc(4 * WASM_FRAMES * 16)
      const lengths = module._malloc(8)
      return {
        process(from, to) {
          module.HEAPF32.set(from, input >> 2)
          module.HEAPU32[lengths >> 2] = from.length
          module.HEAPU32[(lengths >> 2) + 1] = WASM_FRAMES * 16
          module._speex_resampler_process_float(state, 0, input, lengths, output, lengths + 4)
          if (module.HEAPU32[lengths >> 2] !== from.length) throw new Error('speex left input behind')
          const written = module.HEAPU32[(lengths >> 2) + 1] ?? 0
          to.set(module.HEAPF32.subarray(output >> 2, (output >> 2) + written))
          return written
        },
      }
    },
    size: () =>
      packedSize('@echogarden/speex-resampler-wasm/simd', ['speex-resampler-simd.js', 'speex-resampler-simd.wasm']),
  }
}

/** @alexanderolsen/libsamplerate-js, its streaming interface. */
function ofLibsamplerate(name: string, converterType: 0 | 1 | 2 | 3 | 4): Implementation {
  return {
    name: `libsamplerate-js ${name}`,
    open: async ({ inRate, outRate }) => {
      const source = await libsamplerate.create(1, inRate, outRate, { converterType })
      const length = { frames: 0 }
      return {
        process(from, to) {
          source.full(from, to, length)
          return length.frames
        },
      }
    },
    size: () => packedSize('@alexanderolsen/libsamplerate-js', ['libsamplerate.js']),
  }
}

/** What most widgets do: a straight line between two frames. */
function createLinear({ inRate, outRate }: Rates): Converter {
  const step = inRate / outRate
  let position = 0
  let last = 0
  return {
    process(input, output) {
      let written = 0
      while (position < input.length) {
        const index = Math.floor(position)
        const before = index === 0 ? last : (input[index - 1] as number)
        output[written++] = before + ((input[index] as number) - before) * (position - index)
        position += step
      }
      position -= input.length
      last = input[input.length - 1] as number
      return written
    },
  }
}

async function packedSize(specifier: string, files: readonly string[]): Promise<number> {
  const folder = dirname(createRequire(import.meta.url).resolve(specifier))
  const contents = await Promise.all(files.map((file) => readFile(join(folder, file))))
  return contents.reduce((sum, content) => sum + gzipSync(content, { level: 9 }).byteLength, 0)
}
