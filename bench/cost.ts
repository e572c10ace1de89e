/**
 * What half an hour of talking costs, with and without truncation and caching. Nobody talks and no time passes: a script
 * says who speaks for how long, the simulator's own code says what each answer sees and what of that is cached, and the
 * ledger's own code what it costs. So this is arithmetic about the published rules, not a bill of the real provider.
 *
 *   npm run bench:cost
 *   npm run bench:cost -- --minutes 55 --model gpt-realtime-2.1-mini
 */
import { parseArgs } from 'node:util'
import concierge from '../agents/concierge.ts'
import { type AgentInput, defineAgent } from '../protocol/agent.ts'
import { type Entry, newEntry } from '../simulator/realtime/conversation.ts'
import { Inputs } from '../simulator/realtime/inputs.ts'
import { newConfig } from '../simulator/realtime/session-config.ts'
import { checkSession } from '../simulator/realtime/session-fields.ts'
import { assistantAudioTokens, frontBlock, textTokens, usageOf } from '../simulator/realtime/usage.ts'
import { costOf } from '../worker/ledger/cost.ts'
import { priceOfNext } from '../worker/ledger/desk.ts'
import { modelPrice, readPrices } from '../worker/ledger/prices.ts'
import { openingConfig } from '../worker/provider/openai/session-config.ts'
import { readUsage } from '../worker/provider/openai/usage.ts'
import type { Tokens, Usage } from '../worker/usage.ts'
import { heading, table } from './lib/report.ts'

const { values: options } = parseArgs({
  options: { minutes: { type: 'string', default: '30' }, model: { type: 'string', default: concierge.model } },
})
const MINUTES = Number(options.minutes)
const PAUSE_MS = 1200
/** English is spoken at about so many characters in a second. */
const CHARACTERS_PER_SECOND = 15

const WAYS: [string, AgentInput['truncation']][] = [
  ['none', null],
  ['10,000, keep 0.5', { maxTokens: 10_000 }],
  ['16,000, keep 0.8', { retentionRatio: 0.8 }],
  ['16,000, keep 0.5 (default)', {}],
  ['24,000, keep 0.5', { maxTokens: 24_000 }],
]
const prices = readPrices(undefined)
const script = turns()

heading('bench:cost')
const said = (who: 'visitor' | 'assistant') => Math.round(script.reduce((sum, turn) => sum + turn[who], 0) / 60_000)
console.log(
  `${MINUTES} minutes, ${script.length} turns: visitor ${said('visitor')} min, assistant ${said('assistant')} min; ` +
    `${options.model}. Tokens by the simulator's usage model, prices of worker/ledger/prices.ts; no real provider.`,
)
table(
  ['truncation', 'caching', 'text in', 'audio in', 'of it cached', 'text out', 'audio out', 'USD', 'most set aside'],
  WAYS.flatMap(([name, truncation]) => [true, false].map((caching) => row(name, truncation, caching))),
)

function row(name: string, truncation: AgentInput['truncation'], caching: boolean): string[] {
  const { sum, usd, mostHeld } = talk(truncation, caching)
  const cached = sum.cached.text + sum.cached.audio
  const share = Math.round((100 * cached) / (sum.input.text + sum.input.audio))
  const counts = [sum.input.text, sum.input.audio].map(thousands)
  const put = [sum.output.text, sum.output.audio].map(thousands)
  return [name, caching ? 'yes' : 'no', ...counts, `${share} %`, ...put, usd.toFixed(2), mostHeld.toFixed(2)]
}

/** The whole conversation once. `mostHeld`: the most that the ledger would have set aside for one answer (USD). */
function talk(truncation: AgentInput['truncation'], caching: boolean) {
  const { turns: listening, ...rest } = concierge
  const agent = defineAgent({ ...rest, turns: listening, model: options.model, truncation })
  const config = newConfig(checkSession(openingConfig({ agent, seeded: false }), 'session'))
  const front = frontBlock(config.instructions, config.tools ?? [])
  const inputs = new Inputs()
  const entries: Entry[] = []
  const sum: Usage = { input: none(), cached: none(), output: none(), complete: true }
  let micro = 0
  let mostHeld = 0
  for (const [n, { visitor, assistant }] of script.entries()) {
    entries.push(entry(`visitor_${n}`, 'user', visitor, ''))
    const { blocks, cached } = inputs.next(entries, front, config)
    const transcript = words(n, assistant)
    const output = { text: textTokens(transcript), audio: assistantAudioTokens(assistant) }
    const usage = readUsage(usageOf(blocks, caching ? cached : 0, output))
    entries.push(entry(`assistant_${n}`, 'assistant', assistant, transcript))
    micro += costOf(usage, modelPrice(prices, agent.model))
    for (const kind of ['input', 'cached'] as const) add(sum[kind], usage[kind])
    add(sum.output, usage.output)
    const context = { ...usage.input }
    add(context, usage.output)
    mostHeld = Math.max(mostHeld, priceOfNext(agent, prices, { context, kind: 'voice' }))
  }
  return { sum, usd: micro / 1e6, mostHeld: mostHeld / 1e6 }
}

function entry(id: string, role: 'user' | 'assistant', audioMs: number, transcript: string): Entry {
  const type = role === 'user' ? 'input_audio' : 'output_audio'
  const head = { id, object: 'realtime.item', status: 'completed' } as const
  return { ...newEntry({ ...head, type: 'message', role, content: [{ type, transcript }] }), audioMs }
}

/** How long (ms) visitor and assistant speak in each turn, the same in every run. */
function turns(): { visitor: number; assistant: number }[] {
  const all = []
  let seed = 1
  const between = (low: number, high: number) => {
    seed = (seed * 48_271) % 2_147_483_647
    return Math.round(low + (seed / 2_147_483_647) * (high - low))
  }
  for (let at = 0; at < MINUTES * 60_000; ) {
    const turn = { visitor: between(2000, 8000), assistant: between(3000, 12_000) }
    all.push(turn)
    at += turn.visitor + turn.assistant + PAUSE_MS
  }
  return all
}

/** What an answer of this length looks like written down; no two are the same. */
function words(n: number, ms: number): string {
  return `${n} `.padEnd(Math.round((ms / 1000) * CHARACTERS_PER_SECOND), 'x')
}

function none(): Tokens {
  return { text: 0, audio: 0, image: 0 }
}

function add(to: Omit<Tokens, 'image'>, more: Omit<Tokens, 'image'>): void {
  to.text += more.text
  to.audio += more.audio
}

function thousands(tokens: number): string {
  return `${Math.round(tokens / 1000).toLocaleString('en')}k`
}
