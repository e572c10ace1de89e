/** How much a page keeps, after everything that can be collected was. */
import type { Page } from '@playwright/test'

export interface Memory {
  /** Of JavaScript, bytes. */
  heap: number
  /** Chromium's own count of DOM nodes, attached or not, without those of the thread: it grows with what is said. */
  nodes: number
  listeners: number
  /** Nodes of Web Audio. */
  audioNodes: number
  connections: number
}

/** Answers how to look. */
export async function memoryOf(page: Page): Promise<() => Promise<Memory>> {
  const protocol = await page.context().newCDPSession(page)
  await protocol.send('Performance.enable')
  return async () => {
    // The second one takes what the finalizers of the first let go of.
    await protocol.send('HeapProfiler.collectGarbage')
    await protocol.send('HeapProfiler.collectGarbage')
    const { metrics } = await protocol.send('Performance.getMetrics')
    const metric = (name: string) => metrics.find((one) => one.name === name)?.value ?? Number.NaN
    return {
      heap: (await protocol.send('Runtime.getHeapUsage')).usedSize,
      nodes: metric('Nodes') - (await page.evaluate(nodesOfThread)),
      listeners: metric('JSEventListeners'),
      audioNodes: metric('AudioHandlers'),
      connections: metric('RTCPeerConnections'),
    }
  }
}

function nodesOfThread(): number {
  const thread = document.querySelector('parley-widget')?.shadowRoot?.querySelector('.thread')
  if (!thread) return 0
  const walker = document.createTreeWalker(thread)
  let nodes = 0
  while (walker.nextNode()) {
    nodes += 1
    const node = walker.currentNode
    if (!(node instanceof Element)) continue
    // What CSS puts before and after an element is a node to Chromium, too.
    for (const pseudo of ['::before', '::after']) if (getComputedStyle(node, pseudo).content !== 'none') nodes += 1
  }
  return nodes
}

/** One line for each look. */
export function memoryTable(looks: readonly (Memory & { at: string })[]): string {
  const line = ({ at, heap, nodes, listeners, audioNodes, connections }: Memory & { at: string }) =>
    `${at}: heap ${Math.round(heap / 1024)} kB, ${nodes} nodes, ${listeners} listeners, ${audioNodes} audio nodes, ${connections} connections`
  return looks.map(line).join('\n')
}
