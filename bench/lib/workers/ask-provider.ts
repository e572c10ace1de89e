/** What every way to start a call has to do at least: the offer and the session go to the provider, its answer comes back. */
import { agents } from './agents.ts'

export interface ProviderEnv {
  OPENAI_BASE_URL: string
  OPENAI_API_KEY: string
}

const { model, voice, instructions } = agents.bench
const SESSION = JSON.stringify({ type: 'realtime', model, instructions, audio: { output: { voice } } })

export async function askProvider(env: ProviderEnv, offer: string): Promise<{ sdp: string; ref: string }> {
  const body = new FormData()
  body.set('sdp', new Blob([offer], { type: 'application/sdp' }))
  body.set('session', new Blob([SESSION], { type: 'application/json' }))
  const headers = { Authorization: `Bearer ${env.OPENAI_API_KEY}` }
  const response = await fetch(`${env.OPENAI_BASE_URL}/realtime/calls`, { method: 'POST', headers, body })
  if (!response.ok) throw new Error(`the provider answered ${response.status}`)
  const ref = response.headers.get('Location')?.split('/').pop() ?? ''
  return { sdp: new TextDecoder().decode(await response.arrayBuffer()), ref }
}
