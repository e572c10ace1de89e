/** What was deployed, and whether it works: asked of the deployed Worker itself. The outside is handed in. */
import * as v from 'valibot'
import { HealthSchema } from '../../protocol/api.ts'

/** wrangler writes a line of JSON for each thing it did into the file that WRANGLER_OUTPUT_FILE_PATH names. */
const DeployLineSchema = v.object({ type: v.literal('deploy'), targets: v.optional(v.nullable(v.array(v.string()))) })
const FaceSchema = v.object({ name: v.string() })

export interface SmokePorts {
  /** @param origin website that asks; an agent answers to its own only */
  fetch: (url: string, origin?: string) => Promise<Response>
  /** A website that may use it, for each agent. */
  websites: Readonly<Record<string, string>>
  /** ms since 1970 */
  now: () => number
  pause: (ms: number) => Promise<void>
  say: (text: string) => void
}

/** A new name needs a certificate and a DNS entry first, which takes up to a minute (ms). */
const PATIENCE_MS = 120_000
const PAUSE_MS = 2_000

/** Origin of what was deployed, from wrangler's own report; undefined when it has no address that can be told. */
export function deployedOrigin(report: string): string | undefined {
  const targets = report.split('\n').flatMap((line) => {
    const entry = v.safeParse(DeployLineSchema, readJson(line))
    return entry.success ? (entry.output.targets ?? []) : []
  })
  return targets.map(originOf).find((origin) => origin !== undefined)
}

/** "https://parley.me.workers.dev", "talk.example.com (custom domain)" or a route, "example.com/talk/*", which is no whole origin. */
function originOf(target: string): string | undefined {
  const [place = '', kind] = target.split(' (')
  if (URL.canParse(place) && place.startsWith('https://')) return new URL(place).origin
  return kind?.startsWith('custom domain') ? `https://${place}` : undefined
}

/**
 * Asks a deployed broker for its health, the public face of each agent and the widget.
 * @returns what is wrong, in words that say what to do; empty when all is well
 */
export async function smokeTest(origin: string, ports: SmokePorts): Promise<string[]> {
  const health = await untilHealthy(origin, ports)
  if (typeof health === 'string') return [health]
  const faces = await Promise.all(health.agents.map((agent) => faceTrouble(origin, agent, ports)))
  const all = [health.configured ? null : missingSecrets(), await widgetTrouble(origin, ports), ...faces]
  return all.filter((trouble) => trouble !== null)
}

/** Its answer, or what was seen instead. */
async function untilHealthy(origin: string, ports: SmokePorts) {
  const deadline = ports.now() + PATIENCE_MS
  for (let told = false; ; told = true) {
    const seen = await ask(`${origin}/healthz`, ports)
    const health = v.safeParse(HealthSchema, readJson(seen.body))
    if (seen.status === 200 && health.success) return health.output
    if (ports.now() >= deadline) {
      return `${origin}/healthz does not answer as a broker does (last seen: ${seen.status || seen.body}). A new address can take some minutes: open it later, and look at npm exec -c 'wrangler tail'.`
    }
    if (!told) ports.say(`Waiting for ${origin} (a new address takes up to two minutes) …`)
    await ports.pause(PAUSE_MS)
  }
}

async function faceTrouble(origin: string, agent: string, ports: SmokePorts): Promise<string | null> {
  const { status, body } = await ask(`${origin}/v1/agents/${agent}`, ports, ports.websites[agent])
  const isFace = status === 200 && v.is(FaceSchema, readJson(body))
  return isFace ? null : `The agent "${agent}" does not answer at ${origin}/v1/agents/${agent} (${status || body}).`
}

async function widgetTrouble(origin: string, ports: SmokePorts): Promise<string | null> {
  const { status, body, type } = await ask(`${origin}/widget.js`, ports)
  const isScript = status === 200 && type.includes('javascript')
  return isScript
    ? null
    : `${origin}/widget.js is no script (${status || body} ${type}). Is [assets] in wrangler.toml as it was?`
}

function missingSecrets(): string {
  return `The Worker lacks a secret: npm run doctor -- --deployed says which.`
}

interface Answer {
  status: number
  body: string
  type: string
}

/** Status 0 when nobody answered; the body says why then. */
async function ask(url: string, ports: SmokePorts, website?: string): Promise<Answer> {
  try {
    const response = await ports.fetch(url, website)
    return { status: response.status, body: await response.text(), type: response.headers.get('content-type') ?? '' }
  } catch (error) {
    return { status: 0, body: error instanceof Error ? String(error.cause ?? error.message) : String(error), type: '' }
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // not JSON is not what was asked for: the schemas refuse it
  }
}
