/** A page as OpenAI's guide writes it: no library, one thing after the other. `?way=token` or `?way=unified`. */
import type { BenchWindow } from '../window.ts'
import { sayExactly, type Wishes } from '../wishes.ts'

const bench: BenchWindow = window
const wishes: Wishes = JSON.parse(document.querySelector('script[type="application/json"]')?.textContent ?? '')
const way = new URLSearchParams(location.search).get('way')

let peer: RTCPeerConnection | undefined
let channel: RTCDataChannel | undefined
let microphone: MediaStream | undefined
const send = (event: object) => channel?.send(JSON.stringify(event))

bench.benchPage = {
  async talk() {
    const token = way === 'token' ? (await post('/token')).value : null
    const pc = new RTCPeerConnection()
    peer = pc
    const audio = document.createElement('audio')
    audio.autoplay = true
    pc.ontrack = ({ streams }) => {
      audio.srcObject = streams[0] ?? null
    }
    microphone = await navigator.mediaDevices.getUserMedia({ audio: true })
    for (const track of microphone.getTracks()) pc.addTrack(track)
    const events = pc.createDataChannel('oai-events')
    channel = events
    const opened = new Promise((resolve) => events.addEventListener('open', resolve))
    const offer = await pc.createOffer()
    await pc.setLocalDescription(offer)
    const sdp = token ? await offerToProvider(offer.sdp, token) : await offerToServer(offer.sdp)
    await pc.setRemoteDescription({ type: 'answer', sdp })
    await opened
    send({ type: 'response.create', response: { instructions: sayExactly(wishes.greeting) } })
  },
  say(text) {
    const content = [{ type: 'input_text', text }]
    send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content } })
    send({ type: 'response.create' })
  },
  async end() {
    for (const track of microphone?.getTracks() ?? []) track.stop()
    channel?.close()
    peer?.close()
  },
}

document.querySelector('button')?.addEventListener('click', () => void bench.benchPage?.talk())

async function offerToProvider(body: string | undefined, token: string): Promise<string> {
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/sdp' }
  return text(await fetch(`${wishes.api}/realtime/calls`, { method: 'POST', body, headers }))
}

async function offerToServer(body: string | undefined): Promise<string> {
  return text(await fetch('/session', { method: 'POST', body, headers: { 'Content-Type': 'application/sdp' } }))
}

async function post(url: string): Promise<{ value: string }> {
  return JSON.parse(await text(await fetch(url, { method: 'POST' })))
}

async function text(response: Response): Promise<string> {
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}`)
  return response.text()
}
