/**
 * What `npm run doctor` and the console look at before visitors come: agents, secrets, origins, prices, models, clock. The
 * outside is handed in.
 */
import * as v from 'valibot'
import type { Agent, Agents } from '../../protocol/agent.ts'
import { codeOf } from '../../protocol/tool.ts'
import { modelPrice, type Prices, readPrices, transcriptionPrice } from '../ledger/prices.ts'

export interface Finding {
  /** `warning`: it runs, and somebody should know. `wrong`: visitors will meet it. */
  state: 'good' | 'warning' | 'wrong'
  what: string
  /** What to do about it. */
  todo?: string
}

export interface Patient {
  agents: Agents
  /** The Worker's variables, as far as they are known here. */
  variables: Readonly<Record<string, string | undefined>>
  /** Names of the secrets that it has. */
  secrets: readonly string[]
  /** `npm start`: it makes a deployment secret by itself, and without a key starts the simulator. */
  isLocal: boolean
  /** Where the provider's models are asked for, and with which key; null: nobody is asked. */
  provider: { url: string; key: string } | null
}

export interface DoctorPorts {
  fetch: (url: string, init: RequestInit) => Promise<Response>
  /** ms since 1970 */
  now: () => number
}

/** A model that ends so soon (days) is told of. */
const SOON_DAYS = 120
/** Signed identities and webhooks allow a few minutes; a clock that is wrong by this much (ms) is broken, not slow. */
const CLOCK_MS = 30_000
const PROVIDER_TIMEOUT_MS = 10_000

/** @returns what was found, in the order in which one would mend it */
export async function examine(patient: Patient, ports: DoctorPorts): Promise<Finding[]> {
  return [...secrets(patient), ...prices(patient), ...origins(patient), ...(await provider(patient, ports))]
}

function secrets({ agents, secrets, isLocal }: Patient): Finding[] {
  const always = [
    ['OPENAI_API_KEY', 'every call'],
    ['PARLEY_SECRET', 'tokens and sealed transcripts'],
  ] as const
  const named = Object.entries(agents).flatMap(([id, agent]) =>
    namedSecrets(agent).map((name) => [name, `"${id}"`] as const),
  )
  const needed = new Map([...(isLocal ? [] : always), ...named])
  return [...needed].map(([name, whatFor]) =>
    secrets.includes(name)
      ? { state: 'good', what: `The secret ${name} is set.` }
      : {
          state: 'wrong',
          what: `The secret ${name}, needed for ${whatFor}, is not set.`,
          todo: `npm exec -c 'wrangler secret put ${name}', for local runs a line in .dev.vars.`,
        },
  )
}

/** Secrets that an agent names. */
function namedSecrets({ identity, botCheck, events, tools }: Agent): string[] {
  return [
    ...(identity?.keys === 'secret' ? [identity.secretName] : []),
    ...(botCheck ? ['TURNSTILE_SECRET'] : []),
    ...(events ? [events.secret] : []),
    ...tools.flatMap((spec) => {
      const code = codeOf(spec)
      return code && 'webhook' in code ? code.webhook.secretName : []
    }),
  ]
}

function prices({ agents, variables }: Patient): Finding[] {
  let table: Prices
  try {
    table = readPrices(variables.PRICES)
  } catch (error) {
    return [{ state: 'wrong', what: (error as Error).message, todo: 'See docs/budgets.md for its form.' }]
  }
  return Object.entries(agents).map(([id, agent]) => {
    try {
      modelPrice(table, agent.model)
      transcriptionPrice(table, agent.transcription)
      return { state: 'good', what: `"${id}": the prices of ${agent.model} and ${agent.transcription} are known.` }
    } catch (error) {
      return { state: 'wrong', what: `"${id}": ${(error as Error).message}` }
    }
  })
}

function origins({ agents, variables }: Patient): Finding[] {
  const extra = (variables.EXTRA_ORIGINS ?? '').split(',').filter(Boolean)
  const everywhere = extra.map((origin) => ({ id: 'every agent (EXTRA_ORIGINS)', origin }))
  const own = Object.entries(agents).flatMap(([id, agent]) =>
    agent.origins.map((origin) => ({ id: `"${id}"`, origin })),
  )
  return [...everywhere, ...own].map(({ id, origin }) => {
    if (origin === '*') {
      const todo = 'Name the websites in `origins`, unless everybody may spend your money up to the limits.'
      return { state: 'warning', what: `${id} talks on every website.`, todo }
    }
    const { protocol, hostname } = new URL(origin)
    if (['localhost', '127.0.0.1', '[::1]'].includes(hostname)) {
      const todo = 'Fine for a local run. For visitors add the website’s own origin.'
      return { state: 'warning', what: `${id} talks on ${origin}, this machine.`, todo }
    }
    if (protocol !== 'https:') {
      const todo = 'Browsers give a microphone to https pages only.'
      return { state: 'wrong', what: `${id} talks on ${origin}, which is not https.`, todo }
    }
    return { state: 'good', what: `${id} talks on ${origin}.` }
  })
}

const ModelsSchema = v.object({
  data: v.array(v.object({ id: v.string(), shutdown_date: v.nullish(v.string()) })),
})

async function provider({ agents, provider }: Patient, { fetch, now }: DoctorPorts): Promise<Finding[]> {
  if (!provider) {
    const todo = 'Put OPENAI_API_KEY=sk-… into .dev.vars to have models and clock checked; nothing is spent.'
    return [{ state: 'warning', what: 'The provider was not asked: there is no key here.', todo }]
  }
  const host = new URL(provider.url).host
  try {
    const headers = { Authorization: `Bearer ${provider.key}` }
    const signal = AbortSignal.timeout(PROVIDER_TIMEOUT_MS)
    const response = await fetch(`${provider.url}/models`, { headers, signal })
    if (response.status === 401) {
      return [
        { state: 'wrong', what: `${host} does not know the key.`, todo: 'Make a new one and set OPENAI_API_KEY.' },
      ]
    }
    if (!response.ok) return [{ state: 'wrong', what: `${host} answers ${response.status} to the list of models.` }]
    const { data } = v.parse(ModelsSchema, await response.json())
    return [...clock(response, now()), ...Object.entries(agents).flatMap((named) => models(named, data, now()))]
  } catch (error) {
    const cause = error instanceof Error ? error.name : 'unknown'
    return [{ state: 'wrong', what: `${host} could not be asked (${cause}).`, todo: 'Is OPENAI_BASE_URL right?' }]
  }
}

function clock(response: Response, now: number): Finding[] {
  const theirs = Date.parse(response.headers.get('date') ?? '')
  if (Number.isNaN(theirs)) return []
  const off = Math.round((now - theirs) / 1000)
  return Math.abs(off) * 1000 < CLOCK_MS
    ? [{ state: 'good', what: 'The clock of this machine is right.' }]
    : [
        {
          state: 'warning',
          what: `The clock of this machine is off by ${off} s.`,
          todo: 'Signed identities made here will be refused.',
        },
      ]
}

function models(
  [id, agent]: [string, Agent],
  known: readonly { id: string; shutdown_date?: string | null | undefined }[],
  now: number,
): Finding[] {
  return [agent.model, agent.transcription].map((name) => {
    const model = known.find((one) => one.id === name)
    const todo = `Choose another in the agent "${id}".`
    if (!model) return { state: 'wrong', what: `"${id}": the provider does not offer ${name} to this key.`, todo }
    const end = model.shutdown_date
    if (!end) return { state: 'good', what: `"${id}": ${name} is offered.` }
    const days = Math.floor((Date.parse(end) - now) / 86_400_000)
    if (days < 0) return { state: 'wrong', what: `"${id}": ${name} was shut down on ${end}.`, todo }
    const what = `"${id}": ${name} ends on ${end}, in ${days} days.`
    return days < SOON_DAYS ? { state: 'warning', what, todo } : { state: 'good', what }
  })
}
