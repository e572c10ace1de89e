import { describe, expect, it } from 'vitest'
import { openMicrophone } from '../../../widget/audio/microphone.ts'
import { FakeMicrophones, FakeStream, FakeTrack } from '../../../widget/npm/testing/media.ts'

function open(mics: { getUserMedia(): Promise<FakeStream> } | undefined, secure = true) {
  return openMicrophone(mics as unknown as MediaDevices | undefined, secure)
}

describe('the microphone', () => {
  it('comes switched off', async () => {
    const mics = new FakeMicrophones()
    const mic = await open(mics)
    expect(mic.track.enabled).toBe(false)
    expect(mic.live).toBe(true)
    mic.stop()
    expect(mic.live).toBe(false)
    expect(mics.live).toBe(0)
  })

  it.each([
    ['NotAllowedError', 'mic_denied'],
    ['SecurityError', 'mic_denied'],
    ['NotFoundError', 'mic_missing'],
    ['OverconstrainedError', 'mic_missing'],
    ['NotReadableError', 'mic_busy'],
    ['AbortError', 'mic_busy'],
    ['SomethingNewError', 'mic_busy'],
  ])('%s is %s', async (name, code) => {
    const mics = new FakeMicrophones()
    mics.refuseWith = name
    await expect(open(mics)).rejects.toMatchObject({ code })
  })

  it.each([
    ['granted', 'mic_unavailable'],
    ['prompt', 'mic_denied'],
    ['denied', 'mic_denied'],
    ['cannot be asked', 'mic_denied'],
  ])('NotAllowedError while the permission is %s is %s', async (state, code) => {
    const mics = new FakeMicrophones()
    mics.refuseWith = 'NotAllowedError'
    const permissions = {
      query: async () => {
        if (state === 'cannot be asked') throw new TypeError('microphone is not a permission')
        return { state }
      },
    }
    const opening = openMicrophone(mics as unknown as MediaDevices, true, permissions as unknown as Permissions)
    await expect(opening).rejects.toMatchObject({ code })
  })

  it('asks for the device that was chosen, and for any where none was', async () => {
    const mics = new FakeMicrophones()
    const devices = mics as unknown as MediaDevices
    await openMicrophone(devices, true, undefined, 'headset')
    expect(mics.constraints?.audio).toMatchObject({ deviceId: { exact: 'headset' }, echoCancellation: true })
    await openMicrophone(devices, true)
    expect(mics.constraints?.audio).not.toHaveProperty('deviceId')
  })

  it('asks for any when the chosen one is gone, but not when it is refused', async () => {
    const mics = new FakeMicrophones()
    const devices = mics as unknown as MediaDevices
    mics.gone = 'headset'
    const mic = await openMicrophone(devices, true, undefined, 'headset')
    expect(mic.live).toBe(true)
    expect(mics.asked).toBe(2)
    mics.refuseWith = 'NotAllowedError'
    await expect(openMicrophone(devices, true, undefined, 'other')).rejects.toMatchObject({ code: 'mic_denied' })
    expect(mics.asked).toBe(3)
  })

  it('needs a secure page', async () => {
    await expect(open(undefined)).rejects.toMatchObject({ code: 'insecure_page' })
    await expect(open(new FakeMicrophones(), false)).rejects.toMatchObject({ code: 'insecure_page' })
  })

  it('without a sound track is none, and nothing stays open', async () => {
    const video = new FakeTrack()
    class VideoOnly extends FakeStream {
      override getAudioTracks(): FakeTrack[] {
        return []
      }
    }
    await expect(open({ getUserMedia: async () => new VideoOnly([video]) })).rejects.toMatchObject({
      code: 'mic_missing',
    })
    expect(video.readyState).toBe('ended')
  })
})
