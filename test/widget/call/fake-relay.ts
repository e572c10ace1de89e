/** The broker's end of relay sockets, and a speaker that plays when the test says so. */
import type { RelayServerFrame } from '../../../protocol/relay.ts'
import type { RelayClientFrame } from '../../../protocol/relay-client.ts'
import type { Played, RelaySpeaker } from '../../../widget/call/relay.ts'

export class FakeRelaySocket extends EventTarget {
  static all: FakeRelaySocket[] = []
  /** What becomes of the next sockets: they open, are refused, or nothing happens. */
  static next: 'open' | 'refused' | 'nothing' = 'open'
  readonly url: string
  readonly protocols: string[]
  readonly frames: RelayClientFrame[] = []
  readonly sound: Int16Array[] = []
  pings = 0
  answersPings = true
  readyState = 0
  binaryType = 'blob'
  bufferedAmount = 0

  constructor(url: string, protocols: string[]) {
    super()
    this.url = url
    this.protocols = protocols
    FakeRelaySocket.all.push(this)
    const { next } = FakeRelaySocket
    if (next !== 'nothing') queueMicrotask(() => (next === 'open' ? this.#open() : this.end(1006)))
  }

  static get last(): FakeRelaySocket {
    const last = FakeRelaySocket.all.at(-1)
    if (!last) throw new Error('no socket was opened')
    return last
  }

  static get open(): number {
    return FakeRelaySocket.all.filter(({ readyState }) => readyState < 2).length
  }

  #open(): void {
    if (this.readyState !== 0) return
    this.readyState = 1
    this.dispatchEvent(new Event('open'))
  }

  send(data: string | Int16Array): void {
    if (this.readyState !== 1) throw new Error('the socket is not open')
    if (typeof data !== 'string') {
      this.sound.push(data.slice())
    } else if (data === 'ping') {
      this.pings += 1
      if (this.answersPings) queueMicrotask(() => this.receive('pong'))
    } else {
      this.frames.push(JSON.parse(data))
    }
  }

  receive(data: string | ArrayBuffer): void {
    if (this.readyState === 1) this.dispatchEvent(new MessageEvent('message', { data }))
  }

  tell(frame: RelayServerFrame): void {
    this.receive(JSON.stringify(frame))
  }

  /** The other side closes, or the network breaks. */
  end(code: number): void {
    this.readyState = 3
    this.dispatchEvent(Object.assign(new Event('close'), { code, reason: '' }))
  }

  close(): void {
    this.readyState = 3
  }
}

export class FakeSpeaker implements RelaySpeaker {
  readonly pushed: [item: string, samples: number][] = []
  readonly ended: string[] = []
  left: Played[] = []
  flushes = 0

  push(item: string, pcm: Int16Array<ArrayBuffer>): void {
    this.pushed.push([item, pcm.length])
    structuredClone(pcm.buffer, { transfer: [pcm.buffer] }) // the real one takes the memory away
  }

  end(item: string): void {
    this.ended.push(item)
  }

  async flush(): Promise<Played[]> {
    this.flushes += 1
    return this.left
  }
}
