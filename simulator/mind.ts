/** What the assistant says: small, deterministic, and told in `docs/simulator.md`. It knows nothing but its arguments. */

/** One turn of the conversation as the mind remembers it. */
export type Turn =
  | { who: 'user'; text: string; images: SeenImage[] }
  | { who: 'assistant'; text: string }
  | { who: 'system'; text: string }
  | { who: 'call'; name: string; callId: string }
  | { who: 'result'; callId: string; output: string }

export interface SeenImage {
  bytes: number
  /** px; null where it could not be read. */
  size: { width: number; height: number } | null
}

export interface Question {
  turns: Turn[]
  /** Instructions of this one response; null when it has none of its own. */
  instructions: string | null
  /** Names of the tools it may call. */
  tools: string[]
  toolChoice: 'auto' | 'none' | 'required' | { name: string }
}

export interface Call {
  name: string
  /** JSON, as the model writes it. */
  arguments: string
}

/** What it says, if anything, and then which functions it calls, all in one response. */
export interface Thought {
  text: string
  calls: Call[]
  pauseMs: number
}

/** How many earlier turns it recites: enough to prove a memory, short enough to be spoken. */
const RECITED = 6
const LONG_PAUSE_SECONDS = 5
const LONGEST_PAUSE_SECONDS = 60
const NUMBERS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten']

export function think(question: Question): Thought {
  const dictated = dictation(question.instructions)
  if (dictated) return say(dictated)
  const last = question.turns.at(-1)
  if (last?.who === 'result') return say(resultsHeard(question.turns))
  if (last?.who === 'call') return say(`One moment, I am still working on ${last.name}.`)
  if (last?.who !== 'user') return say(unasked(question.turns))
  const forced = forcedTool(question)
  if (forced) return forced
  const thought = answer(last, question)
  const news = resultsUntold(question.turns)
  return news === '' || thought.calls.length > 0 ? thought : { ...thought, text: `${news} ${thought.text}` }
}

function say(text: string, pauseMs = 0): Thought {
  return { text, calls: [], pauseMs }
}

/** Instructions that ask to say or greet with a quoted text that follows soon, e.g. `Say exactly: "Welcome"`. */
function dictation(instructions: string | null): string | null {
  if (!instructions) return null
  const quoted = /\b(?:say|greet|greeting|speak|begin|start|open)\b[^.\n"“]{0,40}(?:"([^"]+)"|“([^”]+)”)/i.exec(
    instructions,
  )
  if (quoted) return quoted[1] ?? quoted[2] ?? null
  return /\bgreet/i.test(instructions) ? GREETING : null
}

const GREETING = 'Hello! How can I help you?'

/** Asked to speak although nobody said anything: of a result that came while it spoke of something else, if there is one. */
function unasked(turns: Turn[]): string {
  const news = resultsUntold(turns)
  if (news !== '') return news
  return turns.some((turn) => turn.who === 'user') ? 'I am listening.' : GREETING
}

/** Results that it has not spoken of, or was interrupted when it did. */
function resultsUntold(turns: Turn[]): string {
  const isTold = (output: string) => turns.some((turn) => turn.who === 'assistant' && turn.text.includes(output))
  return told(
    turns.flatMap((turn) => (turn.who === 'result' && !isTold(turn.output) ? [turn] : [])),
    turns,
  )
}

/** All results that came since anybody has said anything. */
function resultsHeard(turns: Turn[]): string {
  const from = turns.findLastIndex(({ who }) => who !== 'result' && who !== 'call') + 1
  return told(
    turns.slice(from).flatMap((turn) => (turn.who === 'result' ? [turn] : [])),
    turns,
  )
}

function told(results: Extract<Turn, { who: 'result' }>[], turns: Turn[]): string {
  return results
    .map(({ callId, output }) => {
      const call = turns.find((turn) => turn.who === 'call' && turn.callId === callId)
      return `The tool ${call?.who === 'call' ? call.name : 'I called'} said: ${output}`
    })
    .join(' ')
}

function forcedTool({ toolChoice, tools }: Question): Thought | null {
  const name = typeof toolChoice === 'object' ? toolChoice.name : toolChoice === 'required' ? tools[0] : undefined
  return name === undefined ? null : { text: '', calls: [{ name, arguments: '{}' }], pauseMs: 0 }
}

function answer(last: Extract<Turn, { who: 'user' }>, question: Question): Thought {
  const pauseMs = pauseAsked(last.text)
  const asked = toolsAsked(last.text)
  if (asked.calls.length > 0) {
    const known = question.toolChoice === 'none' ? [] : question.tools
    const calls = asked.calls.map((call) => ({ ...call, name: known.find((name) => sameName(name, call.name)) }))
    const missing = asked.calls.find((_, n) => calls[n]?.name === undefined)
    if (missing) return say(`I do not have a tool called ${missing.name}.`, pauseMs)
    return { text: asked.before, calls: calls.map((call) => ({ ...call, name: call.name ?? '' })), pauseMs }
  }
  // "do": what the recogniser now and then makes of a quickly spoken "did".
  if (/\bwhat (did|do) (i|we) (just )?say\b/i.test(last.text)) return say(recital(question.turns.slice(0, -1)), pauseMs)
  if (/\btell me a long story\b/i.test(last.text)) return say(STORY, pauseMs)
  const seen = last.images.map(({ bytes, size }) => {
    return `I saw an image of ${size ? `${size.width} by ${size.height} pixels and ` : ''}${bytes} bytes.`
  })
  const heard = last.text === '' ? [] : [`You said: ${last.text}`]
  const reply = [...seen, ...heard].join(' ')
  return say(reply === '' ? 'Sorry, I did not catch that.' : reply, pauseMs)
}

/** Answers from the conversation items alone: that is how seeding shows. */
function recital(before: Turn[]): string {
  const said = before.flatMap((turn) => (turn.who === 'user' && turn.text !== '' ? [closed(turn.text)] : []))
  if (said.length === 0) return 'I do not know, this conversation has just begun.'
  return `Before, you said: ${said.slice(-RECITED).join(' And then: ')}`
}

function closed(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}

function pauseAsked(text: string): number {
  const asked = /\bthink for (\w+) seconds?\b/i.exec(text)?.[1]?.toLowerCase()
  if (asked) {
    const spelled = NUMBERS.indexOf(asked)
    const seconds = spelled >= 0 ? spelled : Number(asked)
    return Number.isFinite(seconds) ? Math.min(seconds, LONGEST_PAUSE_SECONDS) * 1000 : 0
  }
  return /\blong pause\b/i.test(text) ? LONG_PAUSE_SECONDS * 1000 : 0
}

const SAID_BEFORE = /\bsay (.+?) and then (?=(?:call|use) (?:the|a) tool\b)/i
const A_TOOL =
  /\b(?:call|use|and) (?:the|a) tool (?:called |named )?["“]?([\w -]+?)["”]?(?: with (\{.*?\}))?(?=[.!?,]*$|,? and (?:the|a) tool\b)/gi

/**
 * `call the tool get_weather with {"city": "Rome"} and the tool clock`: both in one response; spoken, a name may come as
 * "get weather". `say one moment and then call the tool clock`: with these words before it.
 */
function toolsAsked(text: string): { before: string; calls: Call[] } {
  if (!/\b(?:call|use) (?:the|a) tool\b/i.test(text)) return { before: '', calls: [] }
  const found = [...text.matchAll(A_TOOL)]
  const calls = found.map(([, name, written]) => ({ name: name?.trim() ?? '', arguments: written ?? '{}' }))
  return { before: SAID_BEFORE.exec(text)?.[1] ?? '', calls: calls.filter(({ name }) => name !== '') }
}

function sameName(a: string, b: string): boolean {
  const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '')
  return plain(a) === plain(b)
}

/** More than forty seconds of speech, and less than 1,024 tokens, in sentences that differ. */
const STORY = [
  'Once upon a time there was a lighthouse keeper who lived alone on a small island.',
  'Every evening she climbed the stairs, lit the lamp, and counted the ships that passed.',
  'One winter night a storm came up, and the waves were higher than the rocks.',
  'The lamp went out, and the keeper had no matches left to light it again.',
  'So she took a drum from the wall and played it as loudly as she could.',
  'Far away a captain heard the drum and turned his ship to the open sea.',
  'In the morning the sea was calm, and the ship came into the little harbor.',
  'The sailors brought her bread, warm blankets, and a whole box of dry matches.',
  'Since that day every ship that passes the island greets her with a drum.',
  'And the keeper greets them back with the brightest light.',
].join(' ')
