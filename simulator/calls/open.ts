/** How the three kinds of connection become calls. */
import type { WebSocket } from 'ws'
import type { Engines, Peer } from '../engines.ts'
import type { Journal } from '../journal.ts'
import type { SessionConfig } from '../realtime/session-config.ts'
import type { World } from '../realtime/world.ts'
import { Refusal } from '../refusal.ts'
import { type Channel, LiveCall } from './live-call.ts'
import type { Registry } from './registry.ts'
import { socketChannel } from './socket-channel.ts'

export interface Opening {
  world: World
  journal: Journal
  calls: Registry
  limitMs: number
}

/** A session on a plain WebSocket (realtime-api.md 5). */
export function openSocketCall(opening: Opening, socket: WebSocket, config: SessionConfig): void {
  const { calls } = opening
  const channel = socketChannel(socket, 'websocket')
  const call: LiveCall = newCall(opening, 'websocket', config, null)
  listen(socket, (text) => call.receive(channel, text))
  socket.on('close', (code) => call.end(code === 1006 ? 'lost' : 'remote'))
  calls.add(call)
  call.connect(channel)
}

/** The server's own control socket to a WebRTC call (realtime-api.md 6). */
export function joinCall(socket: WebSocket, call: LiveCall): void {
  const channel = socketChannel(socket, 'sideband')
  listen(socket, (text) => call.receive(channel, text))
  socket.on('close', () => call.detach(channel))
  call.attach(channel)
}

/** A WebRTC call: sound both ways and a data channel (realtime-api.md 4). */
export async function openPeerCall(
  opening: Opening,
  answerOffer: Engines['answerOffer'],
  offer: string,
  config: SessionConfig,
  { noCandidates, pageEvents }: { noCandidates: boolean; pageEvents: ReadonlySet<string> | null },
): Promise<{ id: string; answerSdp: string }> {
  const peer = await answered(answerOffer, offer, noCandidates)
  const channel = peerChannel(peer, pageEvents)
  const call = newCall(opening, 'webrtc', config, peer)
  call.prepare(channel)
  peer.onOpen = () => call.connect(channel)
  peer.onMessage = (text) => call.receive(channel, text)
  peer.onAudio = (pcm) => call.hear(pcm)
  peer.onDrained = () => call.session.drained()
  peer.onClose = (reason) => {
    if (reason !== 'local') call.peerLeft(reason)
  }
  opening.calls.add(call)
  return { id: call.id, answerSdp: peer.answerSdp }
}

function newCall(opening: Opening, kind: 'webrtc' | 'websocket', config: SessionConfig, peer: Peer | null): LiveCall {
  const { world, journal, calls, limitMs } = opening
  const call: LiveCall = new LiveCall({
    world,
    journal,
    kind,
    config,
    limitMs,
    sink: peer,
    onEnded: () => calls.remove(call.id),
  })
  return call
}

async function answered(answerOffer: Engines['answerOffer'], offer: string, noCandidates: boolean) {
  try {
    return await answerOffer(offer, { noCandidates })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'bad_offer') {
      throw new Refusal('invalid_offer', `The SDP offer could not be used: ${error.message}`, 'sdp')
    }
    throw error
  }
}

function peerChannel(peer: Peer, takes: Channel['takes']): Channel {
  return {
    kind: 'data_channel',
    takes,
    open: true,
    send: (text) => peer.send(text),
    close: () => peer.close(),
    drop: () => peer.drop(),
  }
}

function listen(socket: WebSocket, onText: (text: string) => void): void {
  socket.on('message', (data, binary) => onText(binary ? '' : data.toString()))
  // A broken socket also closes; what follows is decided there.
  socket.on('error', () => socket.terminate())
}
