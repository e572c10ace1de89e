/**
 * What `npm run doctor` and the console look at before visitors come: agents, secrets, origins, prices, models, clock. The
 * outside is handed in.
 */
import type { Agent, Agents } from '../../protocol/agent.ts'
import { secretsOf } from '../../protocol/mcp.ts'
import { codeOf } from '../../protocol/tool.ts'
import { extraOrigins } from '../admission/origin.ts'
import { modelPrice, type Prices, readPrices, transcriptionPrice } from '../ledger/prices.ts'
import { type ProviderEnv, requireProvider } from '../provider/settings.ts'
import { askProvider } from './doctor-provider.ts'

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
  /** Who is asked for its models; null: nobody. */
  provider: ProviderEnv | null
}

export interface DoctorPorts {
  fetch: (url: string, init: RequestInit) => Promise<Response>
  /** ms since 1970 */
  now: () => number
}

/** @returns what was found, in the order in which one would mend it */
export async function examine(patient: Patient, ports: DoctorPorts): Promise<Finding[]> {
  const chosen = choice(patient)
  const told = chosen.length > 0 ? [] : await provider(patient, ports)
  return [...secrets(patient), ...prices(patient), ...origins(patient), ...chosen, ...told]
}

/** What keeps the Worker from starting with its provider. */
function choice({ agents, variables }: Patient): Finding[] {
  const { PROVIDER = '', AZURE_DEPLOYMENTS = '', OPENAI_BASE_URL = '' } = variables
  try {
    requireProvider(agents, { PROVIDER, AZURE_DEPLOYMENTS, OPENAI_BASE_URL, OPENAI_API_KEY: '' })
    return []
  } catch (error) {
    return [{ state: 'wrong', what: (error as Error).message, todo: 'See docs/providers.md.' }]
  }
}

async function provider({ agents, provider }: Patient, ports: DoctorPorts): Promise<Finding[]> {
  if (provider) return askProvider(agents, provider, ports)
  const todo = 'Put OPENAI_API_KEY=sk-… into .dev.vars to have models and clock checked; nothing is spent.'
  return [{ state: 'warning', what: 'The provider was not asked: there is no key here.', todo }]
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
function namedSecrets({ identity, botCheck, events, phone, tools, mcp }: Agent): string[] {
  return [
    ...(identity?.keys === 'secret' ? [identity.secretName] : []),
    ...(botCheck ? ['TURNSTILE_SECRET'] : []),
    ...(events ? [events.secret] : []),
    ...(phone ? ['OPENAI_WEBHOOK_SECRET'] : []),
    ...mcp.flatMap(secretsOf),
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

const EVERY_AGENT = 'every agent (EXTRA_ORIGINS)'

function origins({ agents, variables }: Patient): Finding[] {
  const everywhere = extraOrigins(variables.EXTRA_ORIGINS).map((origin) => ({ id: EVERY_AGENT, origin }))
  const own = Object.entries(agents).flatMap(([id, agent]) =>
    agent.origins.map((origin) => ({ id: `"${id}"`, origin })),
  )
  return [...everywhere, ...own].map(({ id, origin }) => {
    // In an agent's list only: the variable is compared as it stands (admission/origin.ts).
    if (origin === '*' && id !== EVERY_AGENT) {
      const todo = 'Name the websites in `origins`, unless everybody may spend your money up to the limits.'
      return { state: 'warning', what: `${id} talks on every website.`, todo }
    }
    if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
      const todo = 'Write scheme and name and nothing else, such as https://www.example.com.'
      return { state: 'wrong', what: `${id} talks on "${origin}", which is no origin of a website.`, todo }
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
