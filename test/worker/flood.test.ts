import { describe, expect, it } from 'vitest'
import { CLOSE_CODES, MAX_FRAMES_PER_SECOND } from '../../protocol/frames.ts'
import { FloodGuard } from '../../worker/session/flood.ts'
import { connect, createSession } from './support.ts'

describe('the flood guard', () => {
  it('lets so many frames a second pass, and no more', () => {
    let now = 1_000
    const guard = new FloodGuard({ now: () => now })
    const socket = {}
    const count = (times: number) => Array.from({ length: times }, () => guard.count(socket))
    expect(new Set(count(MAX_FRAMES_PER_SECOND))).toEqual(new Set(['fine']))
    now += 1_000
    expect(new Set(count(MAX_FRAMES_PER_SECOND))).toEqual(new Set(['fine']))
    now += 999
    expect(count(2)).toEqual(['flood', 'drop'])
    now += 60_000
    expect(guard.count(socket)).toBe('drop') // a socket that is being closed stays closed
    expect(guard.count({})).toBe('fine')
  })

  it('closes the socket with 4008 and says why; other sockets and the transcript are not touched', async () => {
    const { session, token } = await createSession()
    const quiet = await connect(session, token)
    const loud = await connect(session, token)
    const closed = new Promise<CloseEvent>((resolve) => loud.raw.addEventListener('close', resolve))
    for (let n = 0; n < 3 * MAX_FRAMES_PER_SECOND; n++) loud.raw.send('{"type":"interrupt"}')
    loud.send({ type: 'text', id: 'txt_behind_the_flood', text: 'never stored' })
    expect(await closed).toMatchObject({ code: CLOSE_CODES.too_many_frames, reason: 'too_many_frames' })
    expect(loud.frames.at(-1)).toMatchObject({ type: 'error', code: 'too_many_frames' })
    quiet.send({ type: 'text', id: 'txt_quiet', text: 'still here' })
    await quiet.next((frame) => frame.type === 'ack' && frame.id === 'txt_quiet', 'ack')
    const again = await connect(session, token)
    await again.next((frame) => frame.type === 'update' && frame.item.id === 'txt_quiet', 'the item')
    expect(again.frames.some((frame) => frame.type === 'update' && frame.item.text === 'never stored')).toBe(false)
  })
})
