/** What code leaves for the garbage collector. */
import { type HeapProfiler, Session } from 'node:inspector/promises'

/** Everything that V8 allocated on its heap meanwhile, also what it has collected since. */
export async function allocatedBytes(run: () => void): Promise<number> {
  const session = new Session()
  session.connect()
  await session.post('HeapProfiler.startSampling', {
    samplingInterval: 128,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  })
  run()
  const { profile } = await session.post('HeapProfiler.stopSampling')
  session.disconnect()
  return bytesBelow(profile.head)
}

function bytesBelow(node: HeapProfiler.SamplingHeapProfileNode): number {
  return node.children.reduce((sum, child) => sum + bytesBelow(child), node.selfSize)
}
