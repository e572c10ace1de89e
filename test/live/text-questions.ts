/** Open questions of realtime-api.md 15 that a socket without sound can answer. */
import { field, isType, type Line, MODEL, openLine, type Purse, socketUrl, type WireEvent } from './provider.ts'
import type { Answer } from './report.ts'

export interface Api {
  base: string
  key: string
}

/** Of 16 px, grey; as small as an image can be. */
const PIXELS =
  'iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAAAAAA6mKC9AAAAFElEQVR4nGNsYMAOmHCIM4xKkCQBAFbvAKB4y4ZcAAAAAElFTkSuQmCC'

export async function itemIds(api: Api, purse: Purse): Promise<Answer> {
  const question = '9. Characters and length of item ids'
  const line = await written(api, purse, 'Say nothing.')
  const candidates = {
    'letters, digits, _': 'itm_aB9',
    'a minus': 'itm-1',
    'a dot': 'itm.1',
    '32 long': 'i'.repeat(32),
    '33 long': 'i'.repeat(33),
  }
  const told: string[] = []
  for (const [name, id] of Object.entries(candidates)) {
    const from = line.events.length
    line.send({ type: 'conversation.item.create', event_id: `ask_${told.length}`, item: { id, ...message('hello') } })
    const reply = await line.until(isType('conversation.item.added', 'conversation.item.created', 'error'), from)
    told.push(`${name}: ${reply === null ? 'no reply' : reply.type === 'error' ? 'refused' : 'accepted'}`)
  }
  line.close()
  return { question, answer: told.join(', '), why: 'conversation.item.create with an id of each kind' }
}

export async function imageTokens(api: Api, purse: Purse): Promise<Answer> {
  const question = '6. Tokens of an image'
  const counts: string[] = []
  for (const detail of ['low', 'high']) {
    const line = await written(api, purse, 'Answer with one word.')
    const image = { type: 'input_image', image_url: `data:image/png;base64,${PIXELS}`, detail }
    line.send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content: [image] } })
    const done = await answered(line)
    const input = field(field(field(done, 'response'), 'usage'), 'input_token_details')
    counts.push(`${detail}: ${field(input, 'image_tokens') ?? 'not told'}`)
    line.close()
  }
  return { question, answer: counts.join(', '), why: 'usage of an answer to a PNG of 16 × 16 px' }
}

export async function cacheAcrossSessions(api: Api, purse: Purse): Promise<Answer> {
  const question = '7. Cache hits across sessions with the same beginning'
  const rules = Array.from({ length: 160 }, (_, n) => `Rule ${n + 1}: be brief and kind to visitor number ${n + 1}.`)
  const cached: unknown[] = []
  for (let session = 0; session < 2; session++) {
    const line = await written(api, purse, rules.join(' '))
    line.send({ type: 'conversation.item.create', item: message('Say hi.') })
    const done = await answered(line)
    const input = field(field(field(done, 'response'), 'usage'), 'input_token_details')
    cached.push(`${field(input, 'cached_tokens') ?? 'not told'} of ${field(input, 'text_tokens') ?? '?'}`)
    line.close()
  }
  return {
    question,
    answer: `cached tokens: first ${cached[0]}, second ${cached[1]}`,
    why: 'two sessions, one after the other',
  }
}

/** Where the API is served from, as far as an unauthenticated request can tell. */
export async function hosts(): Promise<Answer> {
  const question = '10. Residency hosts that serve /v1/realtime/calls'
  const regions = ['eu', 'us', 'gb', 'au', 'ca', 'jp', 'in', 'sg', 'kr', 'ae']
  const told = await Promise.all(
    regions.map(async (region) => {
      try {
        const url = `https://${region}.api.openai.com/v1/realtime/calls`
        const { status } = await fetch(url, { method: 'POST', signal: AbortSignal.timeout(5_000) })
        return `${region} ${status}`
      } catch {
        return `${region} –`
      }
    }),
  )
  return {
    question,
    answer: told.join(', '),
    why: 'POST without a key: 401 means that it is served, – that no such host answers',
  }
}

/** A conversation in writing that may answer a few words. */
async function written({ base, key }: Api, purse: Purse, instructions: string): Promise<Line> {
  purse.open()
  const line = await openLine(socketUrl(base, { model: MODEL }), key, purse)
  const session = { type: 'realtime', output_modalities: ['text'], instructions, max_output_tokens: 64 }
  line.send({ type: 'session.update', session })
  if (!(await line.until(isType('session.updated')))) throw new Error('the session could not be configured')
  return line
}

function message(text: string): object {
  return { type: 'message', role: 'user', content: [{ type: 'input_text', text }] }
}

async function answered(line: Line): Promise<WireEvent | null> {
  const from = line.events.length
  line.send({ type: 'response.create' })
  return line.until(isType('response.done', 'error'), from)
}
