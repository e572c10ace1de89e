/** Counts in the page what a call needs and must let go of. */
import type { Page } from '@playwright/test'

export interface Live {
  tracks: number
  connections: number
  contexts: number
  sockets: number
  intervals: number
}

/** So many were made since the page was loaded. */
export interface Made {
  worklets: number
  modules: number
  contexts: number
  connections: number
}

interface CountedWindow extends Window {
  testLive?: () => Live
  testMade?: () => Made
}

export interface Counters {
  live(): Promise<Live | undefined>
  made(): Promise<Made | undefined>
}

/** Before `goto`. */
export async function withCounters(page: Page): Promise<Counters> {
  await page.addInitScript(count)
  return {
    live: () => page.evaluate(() => (window as CountedWindow).testLive?.()),
    made: () => page.evaluate(() => (window as CountedWindow).testMade?.()),
  }
}

/** Runs in the page. What is counted is held weakly, so that counting keeps nothing alive. */
function count(): void {
  const made: Made = { worklets: 0, modules: 0, contexts: 0, connections: 0 }
  const intervals = new Set<number>()

  class Watched<T extends object> {
    readonly #all = new Set<WeakRef<T>>()
    readonly #isLive: (one: T) => boolean
    constructor(isLive: (one: T) => boolean) {
      this.#isLive = isLive
    }
    add(one: T) {
      this.#all.add(new WeakRef(one))
    }
    count(): number {
      for (const ref of this.#all) {
        const one = ref.deref()
        if (!one || !this.#isLive(one)) this.#all.delete(ref)
      }
      return this.#all.size
    }
  }
  const tracks = new Watched<MediaStreamTrack>((track) => track.readyState === 'live')
  const connections = new Watched<RTCPeerConnection>((connection) => connection.connectionState !== 'closed')
  const contexts = new Watched<AudioContext>((context) => context.state !== 'closed')
  const sockets = new Watched<WebSocket>((socket) => socket.readyState <= WebSocket.OPEN)

  const getUserMedia = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
  navigator.mediaDevices.getUserMedia = async (constraints) => {
    const stream = await getUserMedia(constraints)
    for (const track of stream.getTracks()) tracks.add(track)
    return stream
  }
  const whenMade = <T extends new (...args: never[]) => object>(original: T, tell: (one: InstanceType<T>) => void): T =>
    new Proxy(original, {
      construct(target, args, newTarget) {
        const instance = Reflect.construct(target, args, newTarget) as InstanceType<T>
        tell(instance)
        return instance
      },
    })
  // Some soaks take it away.
  if (window.RTCPeerConnection) {
    window.RTCPeerConnection = whenMade(window.RTCPeerConnection, (one) => {
      connections.add(one)
      made.connections += 1
    })
  }
  window.AudioContext = whenMade(window.AudioContext, (one) => {
    contexts.add(one)
    made.contexts += 1
  })
  window.AudioWorkletNode = whenMade(window.AudioWorkletNode, () => {
    made.worklets += 1
  })
  const addModule = Worklet.prototype.addModule
  Worklet.prototype.addModule = function (...args) {
    made.modules += 1
    return addModule.apply(this, args)
  }
  window.WebSocket = whenMade(window.WebSocket, (one) => sockets.add(one))
  const setEvery = window.setInterval
  const clearEvery = window.clearInterval
  window.setInterval = ((...args: Parameters<typeof setInterval>) => {
    const id = setEvery(...args) as unknown as number
    intervals.add(id)
    return id
  }) as typeof setInterval
  window.clearInterval = (id) => {
    intervals.delete(id as number)
    clearEvery(id)
  }

  const counted: CountedWindow = window
  counted.testMade = () => ({ ...made })
  counted.testLive = () => ({
    tracks: tracks.count(),
    connections: connections.count(),
    contexts: contexts.count(),
    sockets: sockets.count(),
    intervals: intervals.size,
  })
}
