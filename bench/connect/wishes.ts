/** What all pages ask of the assistant: the same model, voice and first sentence. Runs in the browser and in Node. */

/** Where a page finds the API, and which way its server takes. */
export interface Wishes {
  /** With /v1. */
  api: string
  instructions: string
  model: string
  voice: string
  greeting: string
}

/** The assistant speaks first; Parley's broker asks for it in these words too. */
export const sayExactly = (text: string) => `Say exactly: "${text}"`
