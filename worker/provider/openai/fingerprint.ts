/**
 * A session's configuration as one short word, so that a change is noticed without keeping or passing on the texts.
 * SHA-256 because a page sees the configuration that it would have to collide with; by hand because `crypto.subtle` only
 * answers later, and events are judged one after the other.
 */

type Json = Record<string, unknown>

/** What a client could change (realtime-api.md 7); `id` and `expires_at` are the provider's own. */
const WATCHED = [
  'instructions',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'reasoning',
  'max_output_tokens',
  'truncation',
  'output_modalities',
  'tracing',
  'include',
  'prompt',
]
const WATCHED_INPUT = ['transcription', 'noise_reduction']
const WATCHED_OUTPUT = ['voice', 'speed']

/**
 * `print`: everything but whether the visitor is answered by itself, which we change ourselves while a history is brought
 * in; that is `answers`, null where no voice detection is set.
 */
export function fingerprint(session: Json): { print: string; answers: boolean | null } {
  const audio = object(session.audio)
  const input = object(audio?.input)
  const { create_response: answers, ...detection } = object(input?.turn_detection) ?? {}
  const watched = [
    pick(session, WATCHED),
    pick(input, WATCHED_INPUT),
    pick(object(audio?.output), WATCHED_OUTPUT),
    detection,
  ]
  return { print: sha256(canonical(watched)), answers: typeof answers === 'boolean' ? answers : null }
}

function pick(from: Json | undefined, names: readonly string[]): unknown[] {
  return names.map((name) => from?.[name])
}

function object(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null ? (value as Json) : undefined
}

/** JSON with sorted names; null and missing are the same. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  const fields = object(value)
  if (!fields) return JSON.stringify(value ?? null)
  const told = Object.keys(fields).filter((name) => fields[name] !== null && fields[name] !== undefined)
  return `{${told
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonical(fields[name])}`)
    .join(',')}}`
}

/** First 32 bits of the fractional parts of the square or cube roots of the first primes (FIPS 180-4, 4.2.2 and 5.3.3). */
function roots(count: number, root: (n: number) => number): number[] {
  const words: number[] = []
  for (let n = 2; words.length < count; n++) {
    if (isPrime(n)) words.push(((root(n) % 1) * 2 ** 32) | 0)
  }
  return words
}

function isPrime(n: number): boolean {
  for (let i = 2; i * i <= n; i++) if (n % i === 0) return false
  return true
}

const START = roots(8, Math.sqrt)
const ROUNDS = roots(64, Math.cbrt)

/** SHA-256 of UTF-8 text as hex digits (FIPS 180-4, 6.2). */
export function sha256(text: string): string {
  const bytes = new TextEncoder().encode(text)
  const padded = new Uint8Array((Math.floor((bytes.length + 8) / 64) + 1) * 64)
  padded.set(bytes)
  padded[bytes.length] = 0x80
  const view = new DataView(padded.buffer)
  view.setUint32(padded.length - 8, Math.floor(bytes.length / 2 ** 29))
  view.setUint32(padded.length - 4, bytes.length << 3)
  const state = Int32Array.from(START)
  for (let at = 0; at < padded.length; at += 64) mixIn(state, view, at)
  return Array.from(state, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('')
}

/** One block of 64 bytes. Indexed words are always there: `| 0` is for the compiler as much as for the sums. */
function mixIn(state: Int32Array, view: DataView, at: number): void {
  const w = new Int32Array(64)
  const word = (i: number) => w[i] ?? 0
  for (let i = 0; i < 16; i++) w[i] = view.getInt32(at + i * 4)
  for (let i = 16; i < 64; i++) {
    const early = word(i - 15)
    const late = word(i - 2)
    const s0 = turn(early, 7) ^ turn(early, 18) ^ (early >>> 3)
    const s1 = turn(late, 17) ^ turn(late, 19) ^ (late >>> 10)
    w[i] = word(i - 16) + s0 + word(i - 7) + s1
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state
  for (let i = 0; i < 64; i++) {
    const choice = (e & f) ^ (~e & g)
    const t1 = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + choice + (ROUNDS[i] ?? 0) + word(i)) | 0
    const majority = (a & b) ^ (a & c) ^ (b & c)
    const t2 = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + majority) | 0
    ;[h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0]
  }
  for (const [i, value] of [a, b, c, d, e, f, g, h].entries()) state[i] = (state[i] ?? 0) + value
}

function turn(value: number, bits: number): number {
  return (value >>> bits) | (value << (32 - bits))
}
