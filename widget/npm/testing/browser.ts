/** Locks, channels between tabs, storage and page events, shared by all tabs of a fake browser. */
import type { Page } from '../../device/lifecycle.ts'

interface Held {
  letGo(error: DOMException): void
}

export class FakeLocks {
  readonly held = new Map<string, Held>()

  request(
    name: string,
    options: { steal?: boolean },
    use: (lock: { name: string } | null) => Promise<void> | undefined,
  ): Promise<void> {
    if (this.held.has(name) && !options.steal) return Promise.resolve(use(null))
    this.held.get(name)?.letGo(new DOMException('stolen', 'AbortError'))
    return new Promise((resolve, reject) => {
      const mine = { letGo: reject }
      this.held.set(name, mine)
      Promise.resolve(use({ name })).then(() => {
        if (this.held.get(name) === mine) this.held.delete(name)
        resolve()
      })
    })
  }
}

export class FakeChannel {
  static readonly all = new Set<FakeChannel>()
  readonly name: string
  onmessage: ((event: MessageEvent) => void) | null = null

  constructor(name: string) {
    this.name = name
    FakeChannel.all.add(this)
  }

  postMessage(data: unknown): void {
    for (const other of FakeChannel.all) {
      if (other === this || other.name !== this.name) continue
      queueMicrotask(() => other.onmessage?.(new MessageEvent('message', { data })))
    }
  }

  close(): void {
    FakeChannel.all.delete(this)
  }
}

export class FakeStorage {
  readonly entries = new Map<string, string>()
  blocked = false

  getItem(key: string): string | null {
    this.#check()
    return this.entries.get(key) ?? null
  }

  setItem(key: string, value: string): void {
    this.#check()
    this.entries.set(key, value)
  }

  removeItem(key: string): void {
    this.#check()
    this.entries.delete(key)
  }

  #check(): void {
    if (this.blocked) throw new DOMException('blocked', 'SecurityError')
  }
}

/** Counts its listeners. */
class CountingTarget extends EventTarget {
  listeners = 0

  override addEventListener(type: string, listener: EventListener, options: { signal: AbortSignal }): void {
    this.listeners += 1
    options.signal.addEventListener('abort', () => {
      this.listeners -= 1
    })
    super.addEventListener(type, listener, options)
  }
}

export class FakePage implements Page {
  readonly window = new CountingTarget()
  readonly document = Object.assign(new CountingTarget(), { visibilityState: 'visible' as const })
  readonly navigator = { onLine: true }
  isSecureContext = true

  get listeners(): number {
    return this.window.listeners + this.document.listeners
  }

  hide(): void {
    this.window.dispatchEvent(new Event('pagehide'))
  }

  restore(): void {
    this.window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }))
  }

  goOnline(): void {
    this.navigator.onLine = true
    this.window.dispatchEvent(new Event('online'))
  }
}
