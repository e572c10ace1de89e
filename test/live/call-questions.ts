/** Open questions of realtime-api.md 15 that need a call from a real browser, made past Parley. */
import type { Page } from '@playwright/test'
import { field, isType, MODEL, openSideband, type Purse } from './provider.ts'
import type { Answer } from './report.ts'
import type { Api } from './text-questions.ts'

interface CallingWindow extends Window {
  liveCall?: { peer: RTCPeerConnection; channel: RTCDataChannel; told: { type: string }[] }
}

/** Nobody talks in these: what the browser's stand-in for a microphone says must not interrupt. */
const BRIEF = {
  ...{ type: 'realtime', model: MODEL, instructions: 'Answer in one short sentence.', max_output_tokens: 128 },
  audio: { input: { turn_detection: null } },
}

/** 1, 5, 11: a call that the project's key has made. */
export async function ofABrokeredCall(api: Api, page: Page, purse: Purse): Promise<Answer[]> {
  purse.open()
  const id = await open(api, page, api.key, BRIEF)
  const line = await openSideband(api.base, id, api.key, purse)
  line.send({ type: 'response.create', response: { instructions: 'Count slowly from one to thirty.' } })
  const began = await line.until(isType('output_audio_buffer.started', 'response.output_audio_transcript.delta'))
  line.send({ type: 'response.cancel' })
  line.send({ type: 'output_audio_buffer.clear' })
  await line.until(isType('output_audio_buffer.cleared'), 0, 5_000)
  const truncated = await line.until(isType('conversation.item.truncated'), 0, 3_000)
  const deltas = line.events.filter(isType('response.output_audio.delta')).length
  await page.evaluate(() => (window as CallingWindow).liveCall?.peer.close())
  const left = Date.now()
  await line.until(() => false, 0, 30_000)
  const after =
    line.closed === null ? 'still open after 30 s' : `closed after ${Math.round((Date.now() - left) / 1000)} s`
  const { status } = await fetch(`${api.base}/realtime/calls/${id}/hangup`, {
    method: 'POST',
    headers: bearer(api.key),
  })
  line.close()
  return [
    {
      question: '1. Audio deltas on the sideband of a WebRTC call',
      answer: began ? `${deltas} response.output_audio.delta in an answer` : null,
      why: 'events of the sideband from response.create to the cut',
    },
    {
      question: '5. conversation.item.truncated when an answer is cut over WebRTC',
      answer: began ? (truncated ? 'it comes' : 'it does not come within 3 s') : null,
      why: 'output_audio_buffer.clear in the middle of an answer',
    },
    {
      question: '11. The sideband when the browser has left, and hanging up then',
      answer: `sideband ${after}; hang-up: status ${status}`,
      why: 'peer connection closed without a word',
    },
  ]
}

/** 2, 3, 4: a call that a client secret has made. */
export async function ofAnEphemeralCall(api: Api, page: Page, purse: Purse): Promise<Answer[]> {
  purse.open()
  const minted = await fetch(`${api.base}/realtime/client_secrets`, {
    method: 'POST',
    headers: { ...bearer(api.key), 'Content-Type': 'application/json' },
    body: JSON.stringify({ expires_after: { anchor: 'created_at', seconds: 60 }, session: BRIEF }),
  })
  const secret = field(await minted.json(), 'value')
  if (typeof secret !== 'string') throw new Error(`no client secret: status ${minted.status}`)
  const id = await open(api, page, secret, null)
  const attached = await openSideband(api.base, id, api.key, purse).catch((error: Error) => error)
  const told = await page.evaluate(async () => {
    const { liveCall } = window as CallingWindow
    if (!liveCall) throw new Error('There is no call')
    const { channel, told, peer } = liveCall
    for (let waited = 0; channel.readyState !== 'open' && waited < 10_000; waited += 100) {
      await new Promise((next) => setTimeout(next, 100))
    }
    const maxMessageSize = peer.sctp?.maxMessageSize ?? null
    const changes: Record<string, object> = {
      tools: {
        tools: [{ type: 'function', name: 'x', description: 'x', parameters: { type: 'object', properties: {} } }],
      },
      max_output_tokens: { max_output_tokens: 64 },
      truncation: { truncation: 'disabled' },
    }
    const allowed: string[] = []
    for (const [name, change] of Object.entries(changes)) {
      const from = told.length
      channel.send(JSON.stringify({ type: 'session.update', session: { type: 'realtime', ...change } }))
      const reply = () => told.slice(from).find(({ type }) => type === 'session.updated' || type === 'error')
      for (let waited = 0; !reply() && waited < 5_000; waited += 50) await new Promise((next) => setTimeout(next, 50))
      allowed.push(`${name}: ${reply()?.type ?? 'no reply'}`)
    }
    return { maxMessageSize, allowed }
  })
  await page.evaluate(() => (window as CallingWindow).liveCall?.peer.close())
  await fetch(`${api.base}/realtime/calls/${id}/hangup`, { method: 'POST', headers: bearer(api.key) })
  if (!(attached instanceof Error)) attached.close()
  return [
    {
      question: '2. A sideband with the project’s key on a call that a client secret made',
      answer: attached instanceof Error ? `refused: ${attached.message}` : 'accepted',
      why: 'WebSocket with call_id',
    },
    {
      question: '3. maxMessageSize of the data channel (Chromium)',
      answer: String(told.maxMessageSize),
      why: 'RTCSctpTransport of a call; Safari and Firefox were not asked',
    },
    {
      question: '4. What an ephemeral client may change by session.update',
      answer: told.allowed.join(', '),
      why: 'one field at a time on the data channel',
    },
  ]
}

/** A call of the page; its id. @param session null when the credential carries it */
async function open({ base }: Api, page: Page, key: string, session: object | null): Promise<string> {
  const offer = await page.evaluate(async () => {
    const peer = new RTCPeerConnection()
    const [track] = (await navigator.mediaDevices.getUserMedia({ audio: true })).getAudioTracks()
    if (track) peer.addTrack(track)
    const channel = peer.createDataChannel('oai-events')
    const told: { type: string }[] = []
    channel.addEventListener('message', ({ data }) => told.push(JSON.parse(data)))
    await peer.setLocalDescription(await peer.createOffer())
    for (let waited = 0; peer.iceGatheringState !== 'complete' && waited < 3_000; waited += 50) {
      await new Promise((next) => setTimeout(next, 50))
    }
    Object.assign(window, { liveCall: { peer, channel, told } })
    return peer.localDescription?.sdp ?? ''
  })
  const request = session ? multipart(offer, session) : { body: offer, headers: { 'Content-Type': 'application/sdp' } }
  const response = await fetch(`${base}/realtime/calls`, {
    method: 'POST',
    body: request.body,
    headers: { ...bearer(key), ...request.headers },
  })
  const id = response.headers.get('location')?.split('/').at(-1)
  if (!response.ok || !id) throw new Error(`no call: status ${response.status}`)
  const sdp = await response.text()
  await page.evaluate((answer) => {
    const { liveCall } = window as CallingWindow
    return liveCall?.peer.setRemoteDescription({ type: 'answer', sdp: answer })
  }, sdp)
  return id
}

function multipart(offer: string, session: object): { body: FormData; headers: Record<string, string> } {
  const body = new FormData()
  body.set('sdp', offer)
  body.set('session', JSON.stringify(session))
  return { body, headers: {} }
}

const bearer = (key: string) => ({ Authorization: `Bearer ${key}` })
