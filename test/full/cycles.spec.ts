import { expect, test } from '@playwright/test'
import type { ParleyElement } from '../../widget/element.ts'
import { launchBrowser } from '../e2e/support/browser.ts'
import { expectOneCallAtATime } from '../e2e/support/journal.ts'
import { type Stack, startStack } from '../e2e/support/stack.ts'
import { visit } from '../e2e/support/visitor.ts'

let stack: Stack

test.beforeAll(async () => {
  stack = await startStack()
})
test.afterAll(() => stack.stop())

interface Counters {
  tracks: number
  connections: number
  contexts: number
  sockets: number
  intervals: number
}
interface CountedWindow extends Window {
  testCounters?: () => Counters
}

const CYCLES = 50
/** The first calls fill caches; from here on the heap must stay level. */
const WARM_UP = 10
/** Growth of the heap that may not be exceeded over the remaining cycles (bytes): far less than one leaked call each. */
const MAX_GROWTH = 1_500_000

test('50 calls in one page leave nothing behind', async () => {
  const { browser, close } = await launchBrowser({ args: ['--js-flags=--expose-gc'] })
  try {
    const page = await browser.newPage()
    await page.addInitScript(() => {
      const tracks = new Set<MediaStreamTrack>()
      const connections = new Set<RTCPeerConnection>()
      const contexts = new Set<AudioContext>()
      const sockets = new Set<WebSocket>()
      const intervals = new Set<number>()
      const getUserMedia = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
      navigator.mediaDevices.getUserMedia = async (constraints) => {
        const stream = await getUserMedia(constraints)
        for (const track of stream.getTracks()) tracks.add(track)
        return stream
      }
      const watch = <T extends new (...args: never[]) => object>(original: T, made: Set<InstanceType<T>>): T =>
        new Proxy(original, {
          construct(target, args, newTarget) {
            const instance = Reflect.construct(target, args, newTarget) as InstanceType<T>
            made.add(instance)
            return instance
          },
        })
      window.RTCPeerConnection = watch(window.RTCPeerConnection, connections)
      window.AudioContext = watch(window.AudioContext, contexts)
      window.WebSocket = watch(window.WebSocket, sockets)
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
      const prune = <T>(made: Set<T>, isLive: (one: T) => boolean) => {
        for (const one of made) if (!isLive(one)) made.delete(one)
        return made.size
      }
      const counted: CountedWindow = window
      counted.testCounters = () => ({
        tracks: prune(tracks, (track) => track.readyState === 'live'),
        connections: prune(connections, (connection) => connection.connectionState !== 'closed'),
        contexts: prune(contexts, (context) => context.state !== 'closed'),
        sockets: prune(sockets, (socket) => socket.readyState <= WebSocket.OPEN),
        intervals: intervals.size,
      })
    })
    const visitor = await visit(page, `${stack.demoUrl}/tutor.html`, { keepBytes: false })
    const counters = () => page.evaluate(() => (window as CountedWindow).testCounters?.())
    const before = await counters()
    const protocol = await page.context().newCDPSession(page)
    const heap = async () => {
      await protocol.send('HeapProfiler.collectGarbage')
      return (await protocol.send('Runtime.getHeapUsage')).usedSize
    }
    const begin = () => page.evaluate(() => document.querySelector<ParleyElement>('parley-widget')?.start())
    const heaps: number[] = []
    for (let cycle = 1; cycle <= CYCLES; cycle++) {
      await begin()
      await visitor.until('live')
      await page.getByRole('button', { name: /hang up/i }).click()
      await visitor.until('ended')
      visitor.frames.length = 0
      if (cycle % WARM_UP === 0) heaps.push(await heap())
      await expect.poll(counters, { timeout: 5_000, message: `after call ${cycle}` }).toEqual(before)
    }
    const growth = (heaps.at(-1) ?? 0) - (heaps[0] ?? 0)
    console.log(`heap after each ${WARM_UP} calls (kB): ${heaps.map((bytes) => Math.round(bytes / 1024)).join(', ')}`)
    expect(growth).toBeLessThan(MAX_GROWTH)
    const journal = await stack.simulator.journal()
    expectOneCallAtATime(journal)
    await expect.poll(async () => (await stack.simulator.calls()).length, { timeout: 10_000 }).toBe(0)
    expect(journal.filter((entry) => entry.path === '/v1/realtime/calls' && entry.method === 'POST')).toHaveLength(
      CYCLES,
    )
  } finally {
    await close()
  }
})
