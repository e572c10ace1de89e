import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FakeDevice } from './fake-device.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

const pass = (ms = 0) => vi.advanceTimersByTimeAsync(ms)

async function inACall(options?: ConstructorParameters<typeof FakeDevice>[0]): Promise<FakeDevice> {
  const device = new FakeDevice(options)
  device.phone.start()
  await pass(60_000)
  expect(device.phone.state).toBe('live')
  device.did.length = 0
  return device
}

describe('the tap', () => {
  it('sets the session, starts the sound and asks before anything is awaited', () => {
    const device = new FakeDevice()
    device.phone.start()
    expect(device.audioSession.type).toBe('play-and-record')
    expect(device.did).toEqual(['play', 'ask'])
  })

  it('keeps the screen on from the microphone to the end', async () => {
    const device = await inACall()
    expect(device.screenLocks).toBe(1)
    device.hide()
    await pass(1_000)
    expect(device.screenLocks).toBe(0)
    device.show()
    await pass(1_000)
    expect(device.screenLocks).toBe(1)
    device.phone.stop()
    await pass()
    expect(device.screenLocks).toBe(0)
    expect(device.audioSession.type).toBe('auto')
    expect(vi.getTimerCount()).toBe(0)
  })

  it('works without wake lock and without Web Audio', async () => {
    const device = await inACall({ wakeLock: false, audioContext: false })
    device.hide()
    device.track?.tell('mute')
    await pass(30_000)
    device.show()
    await pass(2_000)
    expect(device.phone.state).toBe('live')
    expect(device.tracks).toHaveLength(2)
  })

  it('offers text after 15 s, and joins when the microphone comes', async () => {
    const device = new FakeDevice()
    device.answer = 'pending'
    device.phone.start()
    await pass(14_999)
    expect(device.did).toEqual(['play', 'ask'])
    await pass(15_000)
    expect(device.did).toEqual(['play', 'ask', 'slow'])
    device.answerNow('granted')
    await pass()
    expect(device.did).toEqual(['play', 'ask', 'slow', 'use', 'join'])
    expect(device.phone.state).toBe('live')
  })

  it('lets go of a microphone that comes after the end', async () => {
    const device = new FakeDevice()
    device.answer = 'pending'
    device.phone.start()
    device.phone.stop()
    device.answerNow('granted')
    await pass()
    expect(device.track?.readyState).toBe('ended')
    expect([device.phone.state, device.audioSession.type, vi.getTimerCount()]).toEqual(['idle', 'auto', 0])
  })

  it('a context that no tap has allowed is not taken for a loss', async () => {
    const device = new FakeDevice()
    if (device.context) device.context.state = 'suspended'
    vi.spyOn(device.context ?? new FakeDevice(), 'currentTime' as never, 'get').mockReturnValue(0 as never)
    device.phone.start()
    await pass(60_000)
    expect([device.phone.state, device.asked]).toEqual(['live', 1])
  })
})

it('leaves no timer, wherever it is stopped', async () => {
  const device = await inACall()
  device.changeDevices()
  device.context?.become('suspended')
  await pass(100)
  expect([device.phone.state, vi.getTimerCount()]).toEqual(['resuming', 2])
  device.phone.stop()
  expect(vi.getTimerCount()).toBe(0)
})

describe('a phone call', () => {
  it.each(['running', 'suspended', 'frozen', 'stuck'] as const)('ends with a context that is %s', async (how) => {
    const device = await inACall()
    device.hide()
    device.ring()
    await pass(120_000)
    expect(device.asked).toBe(0)
    device.hangUp(how)
    await pass(2_000)
    device.show()
    await pass(6_000)
    expect(device.phone.state).toBe('live')
    expect(device.wrongs).toEqual([])
    expect(device.asked).toBe(1)
    expect(device.inTheCall).toBe(device.track)
    expect(device.track?.readyState).toBe('live')
    expect([device.context?.state, device.context?.frozen]).toEqual(['running', false])
    expect(device.contexts).toHaveLength(how === 'frozen' || how === 'stuck' ? 2 : 1)
  })

  it('that lasts on in view gives no microphone for now, and one when it ends', async () => {
    const device = await inACall()
    device.ring()
    device.hide()
    await pass(5_000)
    device.show()
    await pass(60_000)
    expect(device.lost).toEqual([expect.objectContaining({ code: 'mic_busy' })])
    device.hangUp('running')
    await pass(3_000)
    expect(device.phone.state).toBe('live')
    expect(device.wrongs).toEqual([])
  })
})

describe('one recovery at a time', () => {
  it('though many things call for one', async () => {
    const device = await inACall()
    device.hide()
    device.ring()
    await pass(30_000)
    device.hangUp('suspended')
    device.changeDevices()
    device.show()
    device.track?.tell('ended')
    await pass(5_000)
    expect([device.asked, device.phone.state]).toEqual([1, 'live'])
    expect(device.wrongs).toEqual([])
  })

  it('a question that is open is not asked again', async () => {
    const device = await inACall()
    device.answer = 'pending'
    device.track?.tell('ended')
    await pass(1_000)
    device.hide()
    await pass(30_000)
    device.show()
    await pass(5_000)
    expect([device.asked, device.phone.state]).toEqual([1, 'reacquiring'])
    device.answerNow('granted')
    await pass()
    expect([device.asked, device.phone.state]).toEqual([1, 'live'])
  })
})

it('several device changes in a moment are one', async () => {
  const device = await inACall()
  for (let n = 0; n < 4; n += 1) {
    device.changeDevices()
    await pass(100)
  }
  await pass(500)
  expect(device.did).toEqual(['renew'])
})

it('devices that come to be known with the permission are no change of them, later ones are', async () => {
  const device = new FakeDevice()
  device.phone.start()
  device.changeDevices()
  await pass(100)
  device.changeDevices()
  await pass(1_000)
  expect([device.phone.state, device.did.includes('renew')]).toEqual(['live', false])
  device.changeDevices()
  await pass(1_000)
  expect(device.did.filter((each) => each === 'renew')).toHaveLength(1)
})

it('a frozen page that was in view is looked at when it runs again', async () => {
  const device = await inACall()
  device.freeze()
  expect(device.phone.state).toBe('away')
  device.thaw()
  await pass(2_000)
  expect(device.phone.state).toBe('live')
  expect(device.did).toEqual(['play'])
})

it('an element that the system paused plays on, and one that has ended stays silent', async () => {
  const device = await inACall()
  device.pauseElement()
  expect(device.did).toEqual(['play'])
  device.element.ended = true
  device.pauseElement()
  expect(device.did).toEqual(['play'])
})

type Happening = (device: FakeDevice) => void
const HAPPENINGS: Record<string, Happening> = {
  hide: (device) => device.hide(),
  show: (device) => device.show(),
  freeze: (device) => device.freeze(),
  thaw: (device) => device.thaw(),
  ring: (device) => device.ring(),
  'hang up, running': (device) => device.hangUp('running'),
  'hang up, suspended': (device) => device.hangUp('suspended'),
  'hang up, frozen': (device) => device.hangUp('frozen'),
  'hang up, stuck': (device) => device.hangUp('stuck'),
  suspend: (device) => {
    if (!device.inCall) device.context?.become('suspended')
  },
  mute: (device) => device.track?.tell('mute'),
  unmute: (device) => device.track?.tell('unmute'),
  end: (device) => device.track?.tell('ended'),
  devices: (device) => device.changeDevices(),
  pause: (device) => device.pauseElement(),
  'microphones fail': (device) => device.answerNow('failed'),
  'microphones hang': (device) => device.answerNow('pending'),
  'microphones work': (device) => device.answerNow('granted'),
}

it('whatever a phone does, nothing forbidden is done, and peace brings the microphone back', async () => {
  const happening = fc.constantFrom(...Object.keys(HAPPENINGS))
  const story = fc.array(fc.tuple(happening, fc.constantFrom(0, 50, 600, 1_500, 6_000, 20_000)), { maxLength: 40 })
  await fc.assert(
    fc.asyncProperty(story, async (events) => {
      const device = await inACall()
      for (const [name, ms] of events) {
        HAPPENINGS[name]?.(device)
        await pass(ms)
      }
      device.answerNow('granted')
      device.hangUp('running')
      await pass(10_000)
      device.hide()
      device.track?.tell('unmute')
      await pass(11_000)
      device.show()
      device.thaw()
      await pass(11_000)
      device.changeDevices()
      await pass(10_000)
      expect(device.wrongs).toEqual([])
      expect(device.phone.state).toBe('live')
      expect(device.inTheCall).toBe(device.track)
      expect(device.tracks.filter((track) => track.readyState === 'live')).toHaveLength(1)
      expect(device.track?.muted).toBe(false)
      expect(device.context?.state).toBe('running')
      expect(device.context?.frozen).toBe(false)
      device.phone.stop()
      await pass()
      expect(device.tracks.filter((track) => track.readyState === 'live')).toHaveLength(0)
      expect(vi.getTimerCount()).toBe(0)
    }),
    { numRuns: 300 },
  )
}, 60_000)
