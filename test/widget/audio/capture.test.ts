import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { type CaptureHandlers, createCapture } from '../../../widget/audio/capture.ts'
import { FRAME_SAMPLES } from '../../../widget/audio/capture-engine.ts'
import { FakeAudioContext, FakeNode, FakeWorkletNode, installWorklets } from './fake-context.ts'
import { tone } from './sounds.ts'

beforeAll(() => installWorklets(48_000))
afterEach(() => {
  for (const node of FakeWorkletNode.made.splice(0)) node.port.close()
})

/** What is to be heard. */
function source() {
  const node = new FakeNode()
  return { node, asNode: node as unknown as AudioNode }
}

function open(handlers: Partial<CaptureHandlers> = {}) {
  const context = new FakeAudioContext()
  const failed = vi.fn()
  const frames: Int16Array[] = []
  const capture = createCapture(context as unknown as AudioContext, {
    frame: (pcm) => frames.push(pcm.slice()),
    failed,
    ...handlers,
  })
  const node = FakeWorkletNode.made.at(-1)
  if (!node) throw new Error('No node was made')
  return { context, capture, node, frames, failed }
}

describe('the capture', () => {
  it('gives frames of 20 ms and their loudness', async () => {
    const { capture, node, frames } = open()
    node.render(48_000, tone(48_000, 440, 0.1 * Math.SQRT2, 1))
    await node.settled()
    expect(node.ended).toBe(false)
    expect(frames).toHaveLength(49)
    expect(frames[0]).toHaveLength(FRAME_SAMPLES)
    expect(Math.max(...(frames[10] ?? []))).toBeCloseTo(0.1 * Math.SQRT2 * 32_768, -2)
    expect(capture.level()).toBeCloseTo(2 / 3, 2)
  })

  it('a frame’s memory goes back to the worklet, and comes again', async () => {
    const kept: Int16Array[] = []
    const { node } = open({ frame: (pcm) => kept.push(pcm) })
    for (let turn = 0; turn < 100; turn++) {
      node.render(960, tone(48_000, 440, 0.5, 0.02))
      await node.settled()
    }
    expect(kept).toHaveLength(99)
    expect(
      kept.every((pcm) => pcm.length === 0),
      'who keeps a frame has nothing',
    ).toBe(true)
  })

  it('a listener that throws does not cost a buffer', async () => {
    const errors: unknown[] = []
    const kept: Int16Array[] = []
    const { node } = open({
      frame: (pcm) => {
        kept.push(pcm)
        throw new Error('listener')
      },
    })
    const onError = node.port.onmessage
    node.port.onmessage = (event) => {
      try {
        onError?.call(node.port, event)
      } catch (error) {
        errors.push(error)
      }
    }
    node.render(4800)
    await node.settled()
    expect(errors).toHaveLength(4)
    expect(kept.map((pcm) => pcm.length)).toEqual([0, 0, 0, 0])
  })

  it('muted, goes on in silence', async () => {
    const { capture, node, frames } = open()
    capture.setMuted(true)
    await node.settled()
    node.render(48_000, tone(48_000, 440, 0.5, 1))
    await node.settled()
    expect(frames).toHaveLength(49)
    expect(frames.slice(1).every((frame) => frame.every((sample) => sample === 0))).toBe(true)
    expect(capture.level()).toBe(0)
  })

  it('reset forgets the part of a frame', async () => {
    const { capture, node, frames } = open()
    node.render(900)
    capture.reset()
    await node.settled()
    node.render(900)
    await node.settled()
    expect(frames).toHaveLength(0)
  })

  it('listens to one source at a time, on the same node', () => {
    const { capture, context, node } = open()
    const [first, second] = [source(), source()]
    const other = new FakeNode()
    first.node.connect(other)
    capture.listen(first.asNode)
    capture.listen(second.asNode)
    expect(first.node.connectedTo, 'what others hear of it is not our business').toEqual([other])
    expect(second.node.connectedTo).toEqual([node])
    expect(node.connectedTo).toEqual([context.destination])
    expect(FakeWorkletNode.made).toHaveLength(1)
  })

  it('tells when the worklet broke', () => {
    const { node, failed } = open()
    node.onprocessorerror?.()
    expect(failed).toHaveBeenCalledOnce()
  })

  it('closed: everything is let go, nothing is told any more', async () => {
    const { capture, node, frames, failed } = open()
    const heard = source()
    capture.listen(heard.asNode)
    node.render(4800)
    const gone = node.closed
    capture.close()
    node.onprocessorerror?.()
    await gone
    node.render(128)
    expect(node.ended, 'it can be freed').toBe(true)
    expect(frames).toEqual([])
    expect(failed).not.toHaveBeenCalled()
    expect(node.connectedTo).toEqual([])
    expect(heard.node.connectedTo).toEqual([])
    expect(capture.level()).toBe(0)
  })
})
