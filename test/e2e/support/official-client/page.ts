/** A page as anybody may write it with OpenAI's own browser client. Bundled and served by app.ts. */
import { OpenAIRealtimeWebRTC } from 'openai/realtime/webrtc'
import type { RealtimeClientEvent, RealtimeServerEvent } from 'openai/resources/realtime/realtime'

/** How the offer gets to the API: through the application's server, or straight with a client secret. */
export type Flow = 'unified' | 'ephemeral'

export interface OfficialPage {
  /** Settles like `connect()` of the client. */
  readonly connected: Promise<void>
  /** Everything the server said, in order. */
  readonly events: RealtimeServerEvent[]
  /** What the client said of itself, in order: states, errors, why it closed. */
  readonly life: string[]
  /** Last segment of `Location`, where this page could read it. */
  readonly callId: string | null
  send(event: RealtimeClientEvent): void
  close(): void
}

export interface OfficialWindow extends Window {
  officialPage?: OfficialPage
}

const parameters = new URLSearchParams(location.search)
const flow: Flow = parameters.get('flow') === 'ephemeral' ? 'ephemeral' : 'unified'
const api = parameters.get('api') ?? ''

document.querySelector('button')?.addEventListener('click', () => {
  const page: OfficialWindow = window
  page.officialPage = call()
})

function call(): OfficialPage {
  const client = new OpenAIRealtimeWebRTC()
  const events: RealtimeServerEvent[] = []
  const life: string[] = []
  let callId: string | null = null

  client.onEvent((event) => events.push(event))
  client.onConnectionEvent((event) => {
    if (event.type === 'state.changed') life.push(event.state)
    else life.push(event.type === 'error' ? `error ${event.error.code}` : `closed ${event.reason}`)
  })
  client.peerConnection.addEventListener('track', ({ streams }) => {
    const audio = document.querySelector('audio')
    // As OpenAI's examples do it: the answer must name a stream.
    if (audio) audio.srcObject = streams[0] ?? null
  })

  const throughServer = async (offer: string, signal: AbortSignal) => text(await post('/call', offer, {}, signal))

  const withSecret = async (offer: string, signal: AbortSignal) => {
    const secret = await text(await post('/secret', '', {}, signal))
    const headers = {
      Authorization: `Bearer ${secret}`,
      // OpenAI's agents client names itself so, which every preflight must let pass (simulator-notes.md 5.2).
      'X-OpenAI-Agents-SDK': 'openai-agents-sdk.0.20.0',
    }
    const response = await post(`${api}/realtime/calls`, offer, headers, signal)
    callId = response.headers.get('Location')?.split('/').at(-1) ?? null
    return text(response)
  }

  const connect = async () => {
    const microphone = await navigator.mediaDevices.getUserMedia({ audio: true })
    for (const track of microphone.getAudioTracks()) client.peerConnection.addTrack(track, microphone)
    await client.connect({
      exchangeSdp: (offer, { signal }) => (flow === 'unified' ? throughServer : withSecret)(offer, signal),
    })
  }

  return {
    connected: connect(),
    events,
    life,
    get callId() {
      return callId
    },
    send: (event) => client.send(event),
    close: () => client.close(),
  }
}

function post(url: string, body: string, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
  return fetch(url, { method: 'POST', body, signal, headers: { 'Content-Type': 'application/sdp', ...headers } })
}

async function text(response: Response): Promise<string> {
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}`)
  return response.text()
}
