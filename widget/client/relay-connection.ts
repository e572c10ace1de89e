/** A call over the relay. Loaded when it is needed: most visitors never do. */
import { openPcm, PcmError, type PcmSound } from '../audio/pcm-sound.ts'
import { workletsUrl } from '../audio/worklet-file.ts'
import { createWorkletLoader, type WorkletLoader } from '../audio/worklet-loader.ts'
import { createRelay, type Relay } from '../call/relay.ts'
import { TransportError } from '../call/transport.ts'
import type { Connect } from './connection.ts'

/** One per page: it remembers what the page's policy allows. */
let loader: WorkletLoader | null = null

export const connectRelay: Connect = ({ ports, broker, keeper, faces, sound }, handlers) => {
  let pcm: PcmSound | null = null
  let relay: Relay | null = null
  let closed = false

  function close(): void {
    closed = true
    relay?.close()
    pcm?.use(null)
  }

  /** The same one as long as its audio context lives. */
  async function open(): Promise<PcmSound> {
    loader ??= createWorkletLoader(workletsUrl(), (url) => ports.fetch(url))
    const { clock } = ports
    const worklets = loader
    const opening = sound.pcm((context, microphone) => openPcm({ loader: worklets, clock }, context, microphone))
    if (!opening) throw new TransportError('webrtc_missing', { cause: 'no AudioContext' })
    try {
      return await opening
    } catch (error) {
      if (!(error instanceof PcmError)) throw error
      throw new TransportError(error.code === 'missing' ? 'webrtc_missing' : 'connect_timeout', { cause: error })
    }
  }

  return {
    async prepare() {
      const [opened, face] = await Promise.all([open(), faces.load()])
      // Begun before the agent's wish was known, because the relay is what worked last.
      if (face.transport === 'webrtc') throw new TransportError('webrtc_missing', { cause: 'not wanted' })
      pcm = opened
      return { transport: 'relay', handshake: 'relay' }
    },
    async connect(opened) {
      // The audio context may have been replaced while the call was opened, and its nodes with it: then others are opened now.
      pcm = await open()
      const link = keeper.link.value
      if (closed || !link) throw new TransportError('connect_timeout', { cause: 'closed' })
      const { speaker, stream } = pcm
      const mine = createRelay(
        {
          WebSocket: ports.WebSocket,
          clock: ports.clock,
          speaker,
          url: broker.relayUrl(link.session, opened.call),
          token: () => keeper.link.value?.token ?? link.token,
        },
        handlers,
      )
      relay = mine
      pcm.use({
        frame: (frame) => mine.say(frame),
        played: (item) => mine.played(item),
        drained: () => mine.drained(),
        failed() {
          close()
          handlers.lost('connection_failed')
        },
      })
      handlers.stream(stream)
      await mine.connected
    },
    takeOver: () => {},
    close,
  }
}
