import { describe, expect, it } from 'vitest'
import { createPaths, REMEMBERED_MS } from '../../../widget/client/path.ts'
import { FakeStorage } from '../../../widget/npm/testing/browser.ts'

const BROKER = 'https://broker.test'

function setUp({ hasWebrtc = true, storage = new FakeStorage() } = {}) {
  const time = { now: 1_000_000_000 }
  const open = (broker = BROKER) => createPaths({ storage: () => storage, now: () => time.now, hasWebrtc }, broker)
  return { time, storage, open, paths: open() }
}

describe('the path of a call', () => {
  it('is WebRTC, and the relay when that does not connect', () => {
    const { paths } = setUp()
    expect(paths.choose('auto')).toBe('webrtc')
    expect(paths.failed('webrtc', 'auto')).toBe('relay')
    // It failed once; nothing says that the relay works.
    expect(paths.choose('auto')).toBe('webrtc')
  })

  it('is the relay at once where WebRTC is missing', () => {
    const { paths } = setUp({ hasWebrtc: false })
    expect(paths.choose('auto')).toBe('relay')
    expect(paths.failed('relay', 'auto')).toBeNull()
  })

  it('is what the agent asks for, without another way', () => {
    const { paths } = setUp()
    paths.worked('relay', 'auto')
    expect([paths.choose('webrtc'), paths.choose('relay')]).toEqual(['webrtc', 'relay'])
    expect([paths.failed('webrtc', 'webrtc'), paths.failed('relay', 'relay')]).toEqual([null, null])
  })

  it('turns to what the agent asks for when that was not known before', () => {
    const { paths } = setUp()
    expect(paths.failed('webrtc', 'relay')).toBe('relay')
  })

  it('remembers for an hour that the relay worked, over reloads and for this broker', () => {
    const { paths, open, time } = setUp()
    paths.worked('relay', 'auto')
    expect(open().choose('auto')).toBe('relay')
    expect(open('https://other.test').choose('auto')).toBe('webrtc')
    time.now += REMEMBERED_MS / 2
    paths.worked('relay', 'auto') // calls in between do not make it longer
    time.now += REMEMBERED_MS / 2 - 1
    expect(paths.choose('auto')).toBe('relay')
    time.now += 1
    expect([paths.choose('auto'), open().choose('auto')]).toEqual(['webrtc', 'webrtc'])
    paths.worked('relay', 'auto')
    expect(paths.choose('auto')).toBe('relay')
  })

  it('forgets it when the relay fails, or WebRTC works', () => {
    const { paths, storage } = setUp()
    paths.worked('relay', 'auto')
    expect(paths.failed('relay', 'auto')).toBe('webrtc')
    expect(paths.choose('auto')).toBe('webrtc')
    paths.worked('relay', 'auto')
    paths.worked('webrtc', 'auto')
    expect(paths.choose('auto')).toBe('webrtc')
    expect(storage.entries.size).toBe(0)
  })

  it('does not take what an agent asked for as news of the network', () => {
    const { paths, storage } = setUp()
    paths.worked('relay', 'relay')
    expect([paths.choose('auto'), storage.entries.size]).toEqual(['webrtc', 0])
  })

  it('stores nothing while WebRTC works', () => {
    const { paths, storage } = setUp()
    paths.choose('auto')
    paths.worked('webrtc', 'auto')
    expect(storage.entries.size).toBe(0)
  })

  it('does without storage, and without believing what it finds there', () => {
    const { paths, storage, open, time } = setUp()
    for (const text of ['', 'relay', '{}', '{"path":"relay","at":"x"}', `{"path":"relay","at":${time.now + 5_000}}`]) {
      storage.setItem(`parley:path:${BROKER}`, text)
      expect(open().choose('auto'), text).toBe('webrtc')
    }
    storage.blocked = true
    paths.worked('relay', 'auto')
    expect(paths.choose('auto')).toBe('relay')
    expect(open().choose('auto')).toBe('webrtc')
  })
})
