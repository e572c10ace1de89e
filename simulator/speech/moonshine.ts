/** The recogniser: Moonshine "tiny" for English, run by ONNX Runtime in WebAssembly on one core. */
import { readFile } from 'node:fs/promises'
import type { InferenceSession, Tensor } from 'onnxruntime-web'

/** Input rate of the model, Hz. */
export const MODEL_RATE = 16_000

export interface Moonshine {
  /** The words in at most some 20 s of speech (16 kHz, −1 to 1); empty where it hears none. */
  recognise(samples: Float32Array): Promise<string>
}

/** Shape of the decoder: its cache has a key and a value for both attentions of every layer. */
const LAYERS = 6
const HEADS = 8
const HEAD_SIZE = 36
const START_TOKEN = 1
const END_TOKEN = 2
/** Nobody speaks faster; the model repeats itself on noise and must be stopped. */
const TOKENS_PER_SECOND = 6.5
const MOST_EXTRA_TOKENS = 8

type Ort = typeof import('onnxruntime-web/wasm')
type Cache = Record<string, Tensor>

/** Throws where one of the optional packages is missing. Cheap: nothing is loaded. */
export function findMoonshine(): { encoder: URL; decoder: URL } {
  import.meta.resolve('onnxruntime-web/wasm')
  import.meta.resolve('llama-tokenizer-js')
  const models = new URL('model/tiny/quantized/', import.meta.resolve('@moonshine-ai/moonshine-js'))
  return { encoder: new URL('encoder_model.onnx', models), decoder: new URL('decoder_model_merged.onnx', models) }
}

/** Loads the model, which takes more than a second. */
export async function loadMoonshine(files: { encoder: URL; decoder: URL }): Promise<Moonshine> {
  const ort: Ort = await import('onnxruntime-web/wasm')
  ort.env.wasm.numThreads = 1
  const { default: tokenizer } = await import('llama-tokenizer-js')
  const encoder = await ort.InferenceSession.create(new Uint8Array(await readFile(files.encoder)))
  const decoder = await ort.InferenceSession.create(new Uint8Array(await readFile(files.decoder)))

  async function recognise(samples: Float32Array): Promise<string> {
    const input = new ort.Tensor('float32', samples, [1, samples.length])
    const { last_hidden_state: heard } = await encoder.run({ input_values: input })
    if (!heard) throw new Error('The encoder gave no answer.')
    const most = Math.ceil((samples.length / MODEL_RATE) * TOKENS_PER_SECOND) + MOST_EXTRA_TOKENS
    const tokens = await decode(ort, decoder, heard, most)
    return tokenizer.decode(tokens, false, false).trim()
  }

  return { recognise }
}

/** Takes the likeliest token each time, until the end of what was said. */
async function decode(ort: Ort, decoder: InferenceSession, heard: Tensor, most: number): Promise<number[]> {
  const tokens: number[] = []
  let cache = emptyCache(ort)
  let token = START_TOKEN
  while (tokens.length < most) {
    const first = tokens.length === 0
    const outputs = await decoder.run({
      input_ids: new ort.Tensor('int64', BigInt64Array.of(BigInt(token)), [1, 1]),
      encoder_hidden_states: heard,
      use_cache_branch: new ort.Tensor('bool', [!first], [1]),
      ...cache,
    })
    token = likeliest(outputs.logits)
    if (token === END_TOKEN) break
    tokens.push(token)
    cache = nextCache(cache, outputs, first)
  }
  return tokens
}

function emptyCache(ort: Ort): Cache {
  const entries = cacheNames().map((name): [string, Tensor] => [
    `past_key_values.${name}`,
    new ort.Tensor('float32', new Float32Array(0), [1, HEADS, 0, HEAD_SIZE]),
  ])
  return Object.fromEntries(entries)
}

/** The keys and values of the audio are made once, in the first step; later steps answer with empty ones. */
function nextCache(cache: Cache, outputs: InferenceSession.OnnxValueMapType, first: boolean): Cache {
  const next = { ...cache }
  for (const name of cacheNames()) {
    const present = outputs[`present.${name}`]
    if (present && (first || name.includes('decoder'))) next[`past_key_values.${name}`] = present
  }
  return next
}

function cacheNames(): string[] {
  return Array.from({ length: LAYERS }, (_, layer) =>
    ['decoder.key', 'decoder.value', 'encoder.key', 'encoder.value'].map((part) => `${layer}.${part}`),
  ).flat()
}

function likeliest(logits: Tensor | undefined): number {
  if (!(logits?.data instanceof Float32Array)) throw new Error('The decoder gave no answer.')
  let best = 0
  for (const [token, value] of logits.data.entries()) if (value > (logits.data[best] ?? 0)) best = token
  return best
}
