/** Puts broker and browser of a script together, and plays the assistant. */
import { isErrorCode } from '../../../protocol/error-codes.ts'
import type { ClientFrame } from '../../../protocol/frames.ts'
import { newId } from '../../../protocol/ids.ts'
import { systemClock } from '../../clock.ts'
import type { Ports } from '../../device/ports.ts'
import type { Script, ScriptedBroker } from '../testing.ts'
import { FakeBroker } from './broker.ts'
import { FakeChannel, FakeLocks, FakePage, FakeStorage } from './browser.ts'
import { FakeAudioContext, FakeAudioElement, FakeMicrophones, FakeStream } from './media.ts'
import { FakePeer } from './peer.ts'
import { FakeSocket } from './socket.ts'
import { createVoice } from './voice.ts'

const REFUSALS = { allowed: null, denied: 'NotAllowedError', missing: 'NotFoundError', busy: 'NotReadableError' }
/** `.test` is never anybody's (RFC 6761). */
const URL = 'https://parley.test'

export function createScriptedBroker({
  agent = 'concierge',
  name = 'Concierge',
  greeting = '',
  consent,
  turns = [],
  wordMs = 0,
}: Script): ScriptedBroker {
  const broker = Object.assign(new FakeBroker(), {
    agent,
    name,
    greeting,
    consent: consent && { ...consent, version: 'scripted' },
  })
  const mics = new FakeMicrophones()
  const peers: FakePeer[] = []
  const received: ClientFrame[] = []
  const waiting = new Map<string, (frame: ClientFrame) => void>()
  const voice = createVoice(broker, wordMs)

  async function answer(heard: string): Promise<void> {
    const turn = turns.find(({ hear = '' }) => (hear instanceof RegExp ? hear.test(heard) : heard.includes(hear)))
    if (turn) await voice.say(typeof turn.say === 'string' ? turn.say : turn.say(heard))
  }

  broker.onReady = () => {
    const isFirst = broker.session.items.length === 0
    if (isFirst && greeting) queueMicrotask(() => void voice.say(greeting))
  }
  broker.onFrame = (frame) => {
    received.push(frame)
    if (frame.type === 'text') void answer(frame.text)
    else if (frame.type === 'interrupt') voice.stop()
    else if ('item' in frame) waiting.get(frame.item)?.(frame)
  }

  return {
    url: URL,
    transport: { ports: portsOf(broker, mics, peers), audio: new FakeAudioElement() },
    received,
    async visitorSays(text) {
      requireCall(broker)
      voice.stop()
      broker.send({ type: 'activity', state: 'hearing' })
      broker.store({ id: newId('itm_'), role: 'user', text, call: broker.session.call?.id ?? null })
      await answer(text)
    },
    assistantSays: (text) => voice.say(text),
    dropCall() {
      requireCall(broker)
      peers.findLast((peer) => !peer.closed)?.drop()
    },
    endCall(reason) {
      const call = requireCall(broker)
      voice.stop()
      broker.session.call = null
      broker.send({ type: 'notice', code: 'call_ended', call, reason })
    },
    refuseNext(code) {
      if (!isErrorCode(code)) throw new TypeError(`refuseNext: ${code} is no code of docs/errors.md`)
      broker.fail.push({ route: broker.sessions.size > 0 ? 'POST sessions/ses/calls' : 'POST sessions', code })
    },
    setOnline(online) {
      broker.reachable = online
      for (const socket of online ? [] : broker.sockets.splice(0)) socket.break()
    },
    setMicrophone(wanted) {
      mics.refuseWith = REFUSALS[wanted]
    },
    callTool(tool, args = {}) {
      const item = newId('itm_')
      return new Promise((resolve, reject) => {
        waiting.set(item, (frame) => {
          waiting.delete(item)
          broker.send({ type: 'page_tool', item, call: null })
          if (frame.type === 'page_result') resolve(JSON.parse(frame.result))
          else reject(new Error(frame.type === 'page_failed' ? frame.cause : frame.type))
        })
        broker.send({ type: 'page_tool', item, call: { name: tool, args, again: false } })
      })
    },
    ask(question) {
      const item = newId('itm_')
      return new Promise((resolve) => {
        waiting.set(item, (frame) => {
          waiting.delete(item)
          broker.send({ type: 'confirm', item, ask: null })
          resolve(frame.type === 'confirm' && frame.yes)
        })
        broker.send({ type: 'confirm', item, ask: question })
      })
    },
  }
}

function requireCall(broker: FakeBroker): string {
  const call = broker.session.call
  if (!call) throw new Error('There is no call. Start one by voice first: start()')
  return call.id
}

function portsOf(broker: FakeBroker, mics: FakeMicrophones, peers: FakePeer[]): Partial<Ports> {
  const storage = new FakeStorage()
  const fakes = {
    fetch: broker.fetch,
    clock: systemClock,
    storage: () => storage,
    locks: new FakeLocks(),
    mediaDevices: mics,
    permissions: undefined,
    audioSession: undefined,
    wakeLock: undefined,
    page: new FakePage(),
    RTCPeerConnection: class extends FakePeer {
      constructor() {
        super()
        peers.push(this)
      }
    },
    MediaStream: FakeStream,
    AudioContext: FakeAudioContext,
    WebSocket: class extends FakeSocket {
      constructor(url: string, protocols: string[]) {
        super(url, protocols, broker)
      }
    },
    BroadcastChannel: FakeChannel,
  }
  // They have what the widget uses of the browser, not all that the browser has.
  return fakes as unknown as Partial<Ports>
}
