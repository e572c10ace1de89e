/** The provider: the real simulator, whose media nobody listens to. Speech plays out by itself, faster than it would be spoken. */

import { audioMs, type Peer } from '../../simulator/engines.ts'
import type { JournalEntry } from '../../simulator/journal.ts'
import { answerOffer } from '../../simulator/media/peer.ts'
import { createSimulator } from '../../simulator/server.ts'
import { speakInTones } from '../../simulator/speech/tones.ts'
import { pause } from './pause.ts'

/** Speech is generated so much faster than it would be spoken, and played out so much faster. */
const GENERATED_FASTER = 60
const PLAYED_FASTER = 40

export interface ProviderCall {
  id: string
  transport: string
  sidebands: number
}

export interface Conversation {
  id: string
  items: { item: string; role?: string; status: string }[]
}

export interface Upstream {
  readonly url: string
  journal(after: number): Promise<JournalEntry[]>
  calls(): Promise<ProviderCall[]>
  /** What the live calls consist of, in the provider's order. */
  conversations(): Promise<Conversation[]>
  fault(kind: string, details?: Record<string, unknown>): Promise<void>
  stop(): Promise<void>
}

export async function startUpstream(): Promise<Upstream> {
  const simulator = await createSimulator({
    sideband404Ms: 0,
    timing: { speedup: GENERATED_FASTER, textWordMs: 4 },
    engines: {
      createVoice: async () => ({ kind: 'tones', speak: async (text) => speakInTones(text) }),
      answerOffer: async (offer, options) => playedOut(await answerOffer(offer, options)),
    },
    log: (line) => console.error(`simulator: ${line}`),
  })
  const control = simulator.url.replace(/v1$/, '_simulator')
  return {
    url: simulator.url,
    async journal(after) {
      const text = await (await fetch(`${control}/journal?after=${after}`)).text()
      return text
        .split('\n')
        .filter(Boolean)
        .map((line): JournalEntry => JSON.parse(line))
    },
    calls: async () => (await (await fetch(`${control}/calls`)).json()) as ProviderCall[],
    conversations: async () => (await (await fetch(`${control}/calls`)).json()) as Conversation[],
    async fault(kind, details = {}) {
      const response = await fetch(`${control}/faults`, { method: 'POST', body: JSON.stringify({ kind, ...details }) })
      // A call that has ended meanwhile cannot be broken any more.
      if (response.status !== 204 && response.status !== 404) throw new Error(`fault refused: ${await response.text()}`)
    },
    // A request that hangs (faults-provider.ts) would hold it up.
    stop: () => Promise.race([simulator.close(), pause(1_000)]),
  }
}

/** The fixture's offer belongs to nobody, so the peer never connects and would never send a frame. */
function playedOut(real: Peer): Peer {
  let queuedMs = 0
  let playedMs = 0
  let since = 0
  let timer: NodeJS.Timeout | undefined
  const played = () => Math.min(queuedMs, (performance.now() - since) * PLAYED_FASTER)
  const peer: Peer = {
    answerSdp: real.answerSdp,
    onMessage: () => {},
    onOpen: () => {},
    onAudio: () => {},
    onClose: () => {},
    onDrained: () => {},
    send: real.send,
    play(pcm) {
      if (queuedMs === 0) since = performance.now()
      queuedMs += audioMs(pcm)
      clearTimeout(timer)
      timer = setTimeout(drained, (queuedMs - played()) / PLAYED_FASTER)
    },
    playedMs: () => (queuedMs > 0 ? played() : playedMs),
    queuedMs: () => queuedMs - played(),
    clear() {
      const sent = queuedMs > 0 ? played() : playedMs
      clearTimeout(timer)
      queuedMs = 0
      playedMs = 0
      return sent
    },
    close() {
      clearTimeout(timer)
      real.close()
    },
    drop() {
      clearTimeout(timer)
      real.drop()
    },
  }
  const drained = () => {
    playedMs = queuedMs
    queuedMs = 0
    peer.onDrained()
  }
  return peer
}
