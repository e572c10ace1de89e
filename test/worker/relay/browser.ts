/** A browser's end of a relay that plays nothing: the test says what was played. */

import * as v from 'valibot'
import { BYTES_PER_MS, type RelayServerFrame, RelayServerFrameSchema } from '../../../protocol/relay.ts'
import type { RelayClientFrame } from '../../../protocol/relay-client.ts'

const FRAME_BYTES = 40 * BYTES_PER_MS

/** Every frame is checked against the schema. */
export function browserAt(socket: WebSocket) {
  socket.binaryType = 'arraybuffer'
  const frames: RelayServerFrame[] = []
  const sound = new Map<string, Uint8Array[]>()
  const state = { closed: 0, pongs: 0 }
  let item = ''
  socket.addEventListener('message', ({ data }) => {
    if (typeof data !== 'string') {
      sound.set(item, [...(sound.get(item) ?? []), new Uint8Array(data as ArrayBuffer)])
    } else if (data === 'pong') {
      state.pongs += 1
    } else {
      const frame = v.parse(RelayServerFrameSchema, JSON.parse(data))
      frames.push(frame)
      if (frame.type === 'audio') item = frame.item
    }
  })
  socket.addEventListener('close', ({ code }) => {
    state.closed = code
  })
  socket.accept()
  const bytes = (of: string) => (sound.get(of) ?? []).reduce((sum, piece) => sum + piece.length, 0)
  return {
    socket,
    state,
    frames,
    /** Whose sound came last. */
    get item() {
      return item
    },
    bytes,
    ms: (of: string) => bytes(of) / BYTES_PER_MS,
    pcm: (of: string) => new Uint8Array((sound.get(of) ?? []).flatMap((piece) => [...piece])),
    has: (type: RelayServerFrame['type']) => frames.some((frame) => frame.type === type),
    tell: (frame: RelayClientFrame) => socket.send(JSON.stringify(frame)),
    speak(pcm: Uint8Array) {
      for (let at = 0; at < pcm.length; at += FRAME_BYTES) socket.send(pcm.slice(at, at + FRAME_BYTES))
    },
    /** Says that everything was played as it comes, until all of the item is here. `look` is called before the end is told. */
    async playAll(look: (ms: number) => void = () => {}): Promise<Uint8Array> {
      await until(() => item !== '', 'the assistant')
      const playing = item
      let reported = -1
      await until(() => {
        const ms = Math.floor(bytes(playing) / BYTES_PER_MS)
        if (ms > reported) this.tell({ type: 'played', item: playing, ms, done: false })
        reported = ms
        return frames.some((frame) => frame.type === 'end_of_item' && frame.item === playing)
      }, 'the end of the item')
      look(reported)
      this.tell({ type: 'played', item: playing, ms: Math.floor(bytes(playing) / BYTES_PER_MS), done: true })
      return this.pcm(playing)
    },
  }
}

export type Browser = ReturnType<typeof browserAt>

export async function until(isTrue: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const end = Date.now() + 30_000
  while (!(await isTrue())) {
    if (Date.now() > end) throw new Error(`waited for ${what}`)
    await new Promise((resume) => setTimeout(resume, 10))
  }
}
