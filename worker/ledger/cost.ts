/** Usage → money (realtime-api.md 9), and the most that one answer can cost (design.md promise 4). */
import { MAX_TEXT } from '../../protocol/frames.ts'
import type { Tokens, TranscriptionUsage, Usage } from '../usage.ts'
import { type MicroUsd, roundedUp } from './money.ts'
import type { ModelPrice, TranscriptionPrice } from './prices.ts'

/** One turn of speech that a worst case allows for (s). */
const LONG_TURN_SECONDS = 60
/** User audio: one token for 100 ms; assistant audio: one for 50 ms (realtime-api.md 1.3). */
export const INPUT_AUDIO_TOKENS_PER_SECOND = 10
export const OUTPUT_AUDIO_TOKENS_PER_SECOND = 20
/** Special tokens around a message: one of ten tokens may count twelve (realtime-api.md 1.3). */
const TOKENS_AROUND_MESSAGE = 4
/** English has about four bytes to a token; three bytes are one character of most Asian scripts, so this is on the safe side. */
const BYTES_PER_TOKEN = 3

/**
 * At most so many for a picture of 800 × 800 px. No rule is published for Realtime (realtime-api.md 1.3); of those for other models
 * the dearest is patches of 32 px × 2.46, which makes 1,538, the usual one tiles of 512 px, which makes 765.
 */
export const IMAGE_TOKENS = 1_600

/** What one answer has cost. */
export function costOf(usage: Usage, price: ModelPrice): MicroUsd {
  const { audio, text, image } = costsOf(usage, price)
  return roundedUp(audio + text + image)
}

/** The same by what it was spent for, in micro-dollars that are not rounded yet. */
export function costsOf(usage: Usage, price: ModelPrice): Tokens {
  const input = (of: keyof Tokens) => {
    const cached = Math.min(usage.cached[of], usage.input[of])
    return (usage.input[of] - cached) * price[of].in + cached * price[of].cached
  }
  return {
    audio: input('audio') + usage.output.audio * price.audio.out,
    text: input('text') + usage.output.text * price.text.out,
    image: input('image'),
  }
}

/** What writing down a turn has cost. Without a length it counts as the longest turn. */
export function transcriptionCost({ seconds }: TranscriptionUsage, price: TranscriptionPrice): MicroUsd {
  return roundedUp(((seconds ?? LONG_TURN_SECONDS) / 60) * price.minute * 1_000_000)
}

export interface NextAnswer {
  /** Known to be in the context already. */
  context: Tokens
  /** `voice`: the visitor may speak before it, and it is spoken. */
  kind: 'voice' | 'text'
  /** The visitor may show a picture before it. */
  hasImages?: boolean
  /** Others put text of any length into the context, such as MCP servers that the provider asks by itself. */
  hasForeignText?: boolean
  maxOutputTokens: number
}

/**
 * The most that the next answer can cost: the context and one long turn (60 s of speech, or the longest text; a picture where
 * those are taken; as much text as fits where others may put some in), all uncached, the longest output, and the writing down of that turn.
 */
export function worstCase(next: NextAnswer, price: ModelPrice, transcription: TranscriptionPrice): MicroUsd {
  const isVoice = next.kind === 'voice'
  const context = {
    ...next.context,
    text: next.context.text + (next.hasForeignText ? price.contextTokens : 0),
    image: next.context.image + (next.hasImages ? IMAGE_TOKENS : 0),
  }
  const said = isVoice
    ? { ...context, audio: context.audio + LONG_TURN_SECONDS * INPUT_AUDIO_TOKENS_PER_SECOND }
    : { ...context, text: context.text + MAX_TEXT } // a token for each character: only rare scripts and signs have more
  const { text, audio, image } = withinContext(said, price.contextTokens)
  const input = text * price.text.in + audio * price.audio.in + image * price.image.in
  // A spoken answer has text tokens as well; the dearer of the two for all of them covers every mixture.
  const dearest = isVoice ? Math.max(price.audio.out, price.text.out) : price.text.out
  const spoken = isVoice ? transcriptionCost({ seconds: LONG_TURN_SECONDS }, transcription) : 0
  return roundedUp(input + next.maxOutputTokens * dearest) + spoken
}

/** Usually no fewer tokens than the provider will count for a message: only rare scripts and signs have more to a byte. */
export function textTokens(text: string): number {
  return text === '' ? 0 : TOKENS_AROUND_MESSAGE + Math.ceil(new TextEncoder().encode(text).length / BYTES_PER_TOKEN)
}

/** The provider cuts what does not fit; what is left is taken to be the dearest, which is audio. */
function withinContext({ text, audio, image }: Tokens, limit: number): Tokens {
  const keptAudio = Math.min(audio, limit)
  const keptImage = Math.min(image, limit - keptAudio)
  return { audio: keptAudio, image: keptImage, text: Math.min(text, limit - keptAudio - keptImage) }
}
