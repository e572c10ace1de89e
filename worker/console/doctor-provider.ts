/** What the doctor asks the provider: its list of models, its clock, and on Azure whether it opens calls by these deployments. */
import * as v from 'valibot'
import type { Agent, Agents } from '../../protocol/agent.ts'
import { readDeployments } from '../provider/azure/deployments.ts'
import { openingConfig } from '../provider/openai/session-config.ts'
import { type ProviderEnv, type ProviderName, providerName } from '../provider/settings.ts'
import type { DoctorPorts, Finding } from './doctor.ts'

/** A model that ends so soon (days) is told of. */
const SOON_DAYS = 120
/** Signed identities and webhooks allow a few minutes; a clock that is wrong by this much (ms) is broken, not slow. */
const CLOCK_MS = 30_000
const TIMEOUT_MS = 10_000
/** The shortest life that a client secret can have (realtime-api.md 2). */
const SECRET_SECONDS = 10

// OpenAI tells the day on which a model ends, Azure the second (realtime-api.md 12; Microsoft's reference of Models - List).
const ModelsSchema = v.object({
  data: v.array(
    v.object({
      id: v.string(),
      shutdown_date: v.nullish(v.string()),
      deprecation: v.nullish(v.object({ inference: v.nullish(v.number()) })),
    }),
  ),
})
const RefusalSchema = v.object({ error: v.object({ code: v.string() }) })
type Row = v.InferOutput<typeof ModelsSchema>['data'][number]

/** How the question is put. `byDeployment`: that a model is offered does not say that there is a deployment of it. */
const WAYS: Record<ProviderName, { headers: (key: string) => Record<string, string>; byDeployment: boolean }> = {
  openai: { headers: (key) => ({ Authorization: `Bearer ${key}` }), byDeployment: false },
  azure: { headers: (key) => ({ 'api-key': key }), byDeployment: true },
}

/** @param asked with variables that `requireProvider` takes. Nothing is spent. */
export async function askProvider(agents: Agents, asked: ProviderEnv, ports: DoctorPorts): Promise<Finding[]> {
  const way = WAYS[providerName(asked)]
  const url = asked.OPENAI_BASE_URL.replace(/\/+$/, '')
  try {
    const { host } = new URL(url)
    const headers = way.headers(asked.OPENAI_API_KEY)
    const response = await ports.fetch(`${url}/models`, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) })
    if (response.status === 401) {
      return [
        { state: 'wrong', what: `${host} does not know the key.`, todo: 'Make a new one and set OPENAI_API_KEY.' },
      ]
    }
    if (!response.ok) return [{ state: 'wrong', what: `${host} answers ${response.status} to the list of models.` }]
    const { data } = v.parse(ModelsSchema, await response.json())
    const now = ports.now()
    const offered = Object.entries(agents).flatMap((named) => models(named, data, now))
    return [...clock(response, now), ...offered, ...(way.byDeployment ? await deployments(agents, asked, ports) : [])]
  } catch (error) {
    const cause = error instanceof Error ? error.name : 'unknown'
    return [
      {
        state: 'wrong',
        what: `${url || 'The provider'} could not be asked (${cause}).`,
        todo: 'Is OPENAI_BASE_URL right?',
      },
    ]
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

function models([id, agent]: [string, Agent], known: readonly Row[], now: number): Finding[] {
  return [agent.model, agent.transcription].map((name) => {
    const rows = known.filter((row) => isOf(row, name))
    const todo = `Choose another in the agent "${id}".`
    if (rows.length === 0) {
      return { state: 'wrong', what: `"${id}": the provider does not offer ${name} to this key.`, todo }
    }
    const ends = rows.map(endOf)
    // Of several versions one without an end is enough.
    if (ends.includes(undefined)) return { state: 'good', what: `"${id}": ${name} is offered.` }
    const end = ends.toSorted().at(-1) ?? ''
    const days = Math.floor((Date.parse(end) - now) / 86_400_000)
    if (days < 0) return { state: 'wrong', what: `"${id}": ${name} was shut down on ${end}.`, todo }
    const what = `"${id}": ${name} ends on ${end}, in ${days} days.`
    return days < SOON_DAYS ? { state: 'warning', what, todo } : { state: 'good', what }
  })
}

/** Azure names a row by model and version: `gpt-realtime-1.5-2026-02-23`. */
function isOf({ id }: Row, name: string): boolean {
  return id === name || (id.startsWith(`${name}-`) && /^\d{4}-\d\d-\d\d$/.test(id.slice(name.length + 1)))
}

/** YYYY-MM-DD */
function endOf({ shutdown_date, deprecation }: Row): string | undefined {
  const seconds = deprecation?.inference
  return shutdown_date ?? (seconds ? new Date(seconds * 1000).toISOString().slice(0, 10) : undefined)
}

/**
 * A resource's key cannot list deployments. But a client secret is bound to a session that is checked when it is made: so
 * each agent gets one, which nobody uses.
 */
async function deployments(agents: Agents, asked: ProviderEnv, { fetch }: DoctorPorts): Promise<Finding[]> {
  const names = readDeployments(asked.AZURE_DEPLOYMENTS)
  const headers = { 'api-key': asked.OPENAI_API_KEY, 'Content-Type': 'application/json' }
  const url = `${asked.OPENAI_BASE_URL.replace(/\/+$/, '')}/realtime/client_secrets`
  const looks = Object.entries(agents).map(async ([id, agent]): Promise<Finding> => {
    const there = { ...agent, model: names[agent.model] ?? '', transcription: names[agent.transcription] ?? '' }
    const session = openingConfig({ agent: there, seeded: false })
    const body = JSON.stringify({ session, expires_after: { anchor: 'created_at', seconds: SECRET_SECONDS } })
    const response = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(TIMEOUT_MS) })
    if (response.ok) return { state: 'good', what: `"${id}": its deployments take calls.` }
    const refused = v.safeParse(RefusalSchema, await response.json().catch(() => null))
    const cause = refused.success ? refused.output.error.code : `status ${response.status}`
    const todo = 'Are the names in AZURE_DEPLOYMENTS those of your resource?'
    return { state: 'wrong', what: `"${id}": its call would be refused (${cause}).`, todo }
  })
  return Promise.all(looks)
}
