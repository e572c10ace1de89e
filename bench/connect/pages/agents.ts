/** A page with OpenAI's own agents library, as its quickstart writes it: an agent, a session, a client secret. */
import { OpenAIRealtimeWebRTC, RealtimeAgent, RealtimeSession } from '@openai/agents-realtime'
import type { BenchWindow } from '../window.ts'
import { sayExactly, type Wishes } from '../wishes.ts'

const bench: BenchWindow = window
const wishes: Wishes = JSON.parse(document.querySelector('script[type="application/json"]')?.textContent ?? '')

let session: RealtimeSession | undefined

bench.benchPage = {
  async talk() {
    const agent = new RealtimeAgent({ name: 'Concierge', instructions: wishes.instructions, voice: wishes.voice })
    const transport = new OpenAIRealtimeWebRTC({ baseUrl: `${wishes.api}/realtime/calls` })
    session = new RealtimeSession(agent, { model: wishes.model, transport })
    await session.connect({ apiKey: await token() })
    transport.requestResponse({ instructions: sayExactly(wishes.greeting) })
  },
  say: (text) => session?.sendMessage(text),
  async end() {
    session?.close()
  },
}

document.querySelector('button')?.addEventListener('click', () => void bench.benchPage?.talk())

async function token(): Promise<string> {
  const answer = await fetch('/token', { method: 'POST' })
  if (!answer.ok) throw new Error(`the token server answered ${answer.status}`)
  return (await answer.json()).value
}
