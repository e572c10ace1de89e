/** A telephone at the simulator, by its own routes (docs/simulator.md, Telephone). */

interface Delivery {
  status: number
  body: string
}

interface Entry {
  call?: string
  direction: string
  channel: string
  event?: { type?: string; transcript?: string }
}

const PATIENCE_MS = 60_000

export class Telephone {
  readonly #root: string
  #call = ''

  /** @param url of the simulator, ends with /v1 */
  constructor(url: string) {
    this.#root = url.replace(/\/v1$/, '/_simulator')
  }

  /** Rings. Answers what came of the webhook. */
  async dial(how: object): Promise<Delivery> {
    const { call, delivery } = JSON.parse(await this.#ask('/phone', how)) as { call: string; delivery: Delivery }
    this.#call = call
    return delivery
  }

  act(what: object): Promise<string> {
    return this.#ask(`/phone/${this.#call}`, what)
  }

  async state(): Promise<object> {
    return JSON.parse(await this.#ask(`/phone/${this.#call}`))
  }

  /** A WAV file. */
  async heard(): Promise<Uint8Array> {
    const response = await fetch(`${this.#root}/phone/${this.#call}/heard`)
    return new Uint8Array(await response.arrayBuffer())
  }

  /** Until so many answers were heard to their end. @throws Error after a minute */
  async untilAnswered(count: number): Promise<void> {
    for (let waited = 0; waited < PATIENCE_MS; waited += 200) {
      const types = (await this.#events()).map(({ type }) => type)
      if (types.filter((type) => type === 'output_audio_buffer.stopped').length >= count) return
      await new Promise((resume) => setTimeout(resume, 200))
    }
    throw new Error('The assistant did not answer within a minute.')
  }

  /** Who said what, in the order in which it was known. */
  async transcript(): Promise<string[]> {
    return (await this.#events()).flatMap(({ type, transcript }) => {
      if (type === 'conversation.item.input_audio_transcription.completed') return [`caller:    ${transcript}`]
      return type === 'response.output_audio_transcript.done' ? [`assistant: ${transcript}`] : []
    })
  }

  async #events() {
    const lines = (await this.#ask('/journal')).split('\n').filter(Boolean)
    const entries = lines.map((line) => JSON.parse(line) as Entry)
    return entries.flatMap(({ call, direction, event }) =>
      call === this.#call && direction === 'out' && event ? [event] : [],
    )
  }

  async #ask(path: string, body?: object): Promise<string> {
    const init = body ? { method: 'POST', body: JSON.stringify(body) } : {}
    const response = await fetch(this.#root + path, init)
    const text = await response.text()
    if (!response.ok) throw new Error(`The simulator answered ${response.status}: ${text}`)
    return text
  }
}
