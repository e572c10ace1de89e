/** `usage` of the Realtime API → ours (realtime-api.md 9). Every field may be missing or null. */
import * as v from 'valibot'
import type { Tokens, TranscriptionUsage, Usage } from '../../usage.ts'

/** User audio: one token for 100 ms (realtime-api.md 1.3). */
const SECONDS_PER_INPUT_AUDIO_TOKEN = 0.1

// What cannot be read as a count counts as missing: a strange number must not cost us the whole event.
const count = v.fallback(v.nullish(v.pipe(v.number(), v.finite(), v.minValue(0))), undefined)
const counts = { text_tokens: count, audio_tokens: count, image_tokens: count }
const maybe = <T extends v.GenericSchema>(schema: T) => v.optional(v.nullable(schema))

export const WireUsage = v.object({
  input_tokens: count,
  input_token_details: maybe(v.object({ ...counts, cached_tokens_details: maybe(v.object(counts)) })),
  output_tokens: count,
  output_token_details: maybe(v.object(counts)),
})

export const WireTranscriptionUsage = v.object({
  seconds: count,
  input_tokens: count,
  input_token_details: maybe(v.object(counts)),
})

export function readUsage(wire: v.InferOutput<typeof WireUsage>): Usage {
  const { input_token_details: input, output_token_details: output } = wire
  const cached = input?.cached_tokens_details
  const needed = [input?.text_tokens, input?.audio_tokens, output?.text_tokens, output?.audio_tokens]
  return {
    input: tokens(input),
    cached: tokens(cached),
    output: { text: output?.text_tokens ?? 0, audio: output?.audio_tokens ?? 0 },
    complete: needed.every((field) => typeof field === 'number'),
  }
}

/** By duration or by tokens, whichever the model's card says; both tell how long the audio was. */
export function readTranscriptionUsage(
  wire: v.InferOutput<typeof WireTranscriptionUsage> | null | undefined,
): TranscriptionUsage {
  if (typeof wire?.seconds === 'number') return { seconds: wire.seconds }
  const audioTokens = wire?.input_token_details?.audio_tokens ?? wire?.input_tokens
  return { seconds: typeof audioTokens === 'number' ? audioTokens * SECONDS_PER_INPUT_AUDIO_TOKEN : null }
}

function tokens(
  wire: { text_tokens?: number | null; audio_tokens?: number | null; image_tokens?: number | null } | null | undefined,
): Tokens {
  return { text: wire?.text_tokens ?? 0, audio: wire?.audio_tokens ?? 0, image: wire?.image_tokens ?? 0 }
}
