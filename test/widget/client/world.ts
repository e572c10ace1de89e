/** Everything around a conversation, faked, and counts of what is still open. Needs fake timers. */
import { vi } from 'vitest'
import { createConversation } from '../../../widget/client/conversation.ts'
import type { PageTool } from '../../../widget/client/page-tools.ts'
import type { Conversation, ConversationEvent } from '../../../widget/client/types.ts'
import { systemClock } from '../../../widget/clock.ts'
import type { Ports } from '../../../widget/device/ports.ts'
import { FakeBroker } from '../../../widget/npm/testing/broker.ts'
import { FakeChannel, FakeLocks, FakePage, FakeStorage } from '../../../widget/npm/testing/browser.ts'
import { FakeAudioContext, FakeAudioElement, FakeMicrophones, FakeStream } from '../../../widget/npm/testing/media.ts'
import { FakePeer } from '../../../widget/npm/testing/peer.ts'
import { FakeSocket } from '../../../widget/npm/testing/socket.ts'

export class World {
  readonly broker = new FakeBroker()
  readonly mics = new FakeMicrophones()
  readonly audio = new FakeAudioElement()
  readonly storage = new FakeStorage()
  readonly locks = new FakeLocks()
  readonly page = new FakePage()
  readonly events: ConversationEvent[] = []
  /** What the page does for the assistant. */
  tools: ReadonlyMap<string, PageTool> | undefined

  constructor() {
    vi.stubGlobal('__WORKLETS_FILE__', 'worklets.js') // scripts/build.ts writes it in
    FakeSocket.broker = this.broker
    FakeSocket.all.length = 0
    FakePeer.all.length = 0
    FakePeer.connects = true
    FakeAudioContext.all.length = 0
    FakeChannel.all.clear()
  }

  /** A page, or a page after a reload: storage, locks and broker stay. */
  open(overrides: Partial<Record<keyof Ports, unknown>> = {}): Conversation {
    const ports = {
      fetch: this.broker.fetch,
      clock: systemClock,
      random: () => 0,
      storage: () => this.storage,
      locks: this.locks,
      mediaDevices: this.mics,
      permissions: undefined,
      audioSession: undefined,
      wakeLock: undefined,
      page: this.page,
      RTCPeerConnection: FakePeer,
      MediaStream: FakeStream,
      AudioContext: FakeAudioContext,
      WebSocket: FakeSocket,
      BroadcastChannel: FakeChannel,
      ...overrides,
    } as unknown as Ports
    const conversation = createConversation(
      {
        ...{ broker: 'https://broker.test', agent: 'concierge', tools: this.tools },
        audio: this.audio as unknown as HTMLAudioElement,
      },
      ports,
    )
    conversation.on((event) => this.events.push(event))
    return conversation
  }

  get states(): string[] {
    return this.events.flatMap((event) => (event.type === 'state' ? [event.state] : []))
  }

  get troubles(): string[] {
    return this.events.flatMap((event) => (event.type === 'trouble' ? [event.trouble.code] : []))
  }

  /** A call hears the microphone that was given last. */
  get micOpen(): boolean {
    const track = this.mics.streams.at(-1)?.tracks[0]
    const peer = FakePeer.all.at(-1)
    return track?.enabled === true && peer?.track === track && !peer.closed
  }

  /** Of each kind of thing that must be let go: how many are still there. */
  left(): Record<string, number> {
    return {
      tracks: this.mics.live,
      peers: FakePeer.open,
      contexts: FakeAudioContext.all.filter((context) => context.state !== 'closed').length,
      sockets: FakeSocket.open,
      locks: this.locks.held.size,
      channels: FakeChannel.all.size,
      timers: vi.getTimerCount(),
    }
  }
}

export const NOTHING = { tracks: 0, peers: 0, contexts: 0, sockets: 0, locks: 0, channels: 0, timers: 0 }

/** Lets everything happen that needs no more than `ms`. */
export async function pass(ms = 0): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms)
}
