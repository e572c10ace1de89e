/** What a provider says it has used, in words of no provider. Counted from events of the broker's own socket only. */

export interface Tokens {
  text: number
  audio: number
  image: number
}

/** Tokens of one answer. */
export interface Usage {
  input: Tokens
  /** Subset of `input` that was billed at the cached price. */
  cached: Tokens
  output: Omit<Tokens, 'image'>
  /** False when a field was missing and taken as 0. */
  complete: boolean
}

/** What writing down a visitor's turn has used: the length of its audio (s); null when the provider did not tell. */
export interface TranscriptionUsage {
  seconds: number | null
}
