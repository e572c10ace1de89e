/** A WebSocket whose other end is the fake broker. */
import type { FakeBroker } from './broker.ts'

export class FakeSocket extends EventTarget {
  static broker: FakeBroker | null = null
  static readonly all: FakeSocket[] = []
  readonly url: string
  readonly token: string
  readyState = 0
  binaryType = 'blob'
  bufferedAmount = 0
  readonly #broker: FakeBroker | null

  constructor(url: string, protocols: string[], broker = FakeSocket.broker) {
    super()
    this.#broker = broker
    this.url = url
    this.token = protocols[1]?.replace('token.', '') ?? ''
    FakeSocket.all.push(this)
    queueMicrotask(() => this.#open())
  }

  static get open(): number {
    return FakeSocket.all.filter((socket) => socket.readyState < 2).length
  }

  #open(): void {
    const broker = this.#broker
    if (this.readyState !== 0 || !broker) return
    const welcome = broker.welcome(this)
    if (welcome?.type !== 'welcome') return this.break()
    this.readyState = 1
    broker.sockets.push(this)
    this.dispatchEvent(new Event('open'))
    if (!broker.says.welcome) return
    this.receive(JSON.stringify(welcome))
    const after = Number(new URL(this.url).searchParams.get('after'))
    for (const frame of broker.changedAfter(welcome.session, after)) this.receive(JSON.stringify(frame))
  }

  send(text: string): void {
    if (this.readyState === 1) this.#broker?.hear(this, text)
  }

  receive(text: string): void {
    if (this.readyState === 1) this.dispatchEvent(new MessageEvent('message', { data: text }))
  }

  /** The network took it. */
  break(): void {
    this.readyState = 3
    this.dispatchEvent(Object.assign(new Event('close'), { code: 1006, reason: '' }))
  }

  close(): void {
    this.readyState = 3
  }
}
