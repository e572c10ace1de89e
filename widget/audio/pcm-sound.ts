/**
 * Microphone and speaker as PCM16 frames, for the relay: opened once per start and used by one call after the other. The
 * assistant is played through a stream, so that the `<audio>` element carries it as it does a WebRTC call, and the
 * browser's echo cancellation hears it.
 */
import type { Clock } from '../clock.ts'
import { createCapture } from './capture.ts'
import { createFirstWords } from './first-words.ts'
import { createSpeaker, type PlayedItem, type Speaker } from './speaker.ts'
import type { WorkletLoader } from './worklet-loader.ts'

/** `missing`: this browser or this page cannot have worklets. `unreachable`: not now. */
export class PcmError extends Error {
  override readonly name = 'PcmError'
  readonly code: 'missing' | 'unreachable'

  constructor(code: 'missing' | 'unreachable') {
    super(code)
    this.code = code
  }
}

export interface PcmUser {
  /** What the visitor says, from `send` on; zeros while muted. To be used before this returns. */
  frame(pcm: Int16Array<ArrayBuffer>): void
  played(item: PlayedItem): void
  drained(): void
  /** No sound will come, or be played, any more. */
  failed(): void
}

export interface PcmSound {
  /** What is played. */
  readonly stream: MediaStream
  readonly speaker: Pick<Speaker, 'push' | 'end' | 'flush'>
  /** A call begins to use it, or nobody does: what is left of the one before is forgotten. */
  use(user: PcmUser | null): void
  /** Keeps what is said from now on. So it does at first. */
  keep(): void
  /** Hands over what was kept, and from then on every frame. */
  send(): void
  /** Gives up what was kept. */
  forget(): void
  /** Its audio context is given up: the same as closing, but the call is told that it has failed. */
  abandon(): void
  close(): void
}

/** @throws PcmError */
export async function openPcm(
  { loader, clock }: { loader: WorkletLoader; clock: Clock },
  context: AudioContext,
  microphone: AudioNode,
): Promise<PcmSound> {
  const loaded = await loader.load(context)
  if (!loaded.step) throw new PcmError(loaded.reason === 'unreachable' ? 'unreachable' : 'missing')
  let user: PcmUser | null = null
  const destination = context.createMediaStreamDestination()
  const speaker = createSpeaker(
    { context, clock, destination },
    {
      position: (item) => user?.played(item),
      drained: () => user?.drained(),
      underrun: () => {},
      // Sound that was thrown away is told by the positions: the broker never sends so much ahead.
      failed: (what) => what === 'processor' && user?.failed(),
    },
  )
  const words = createFirstWords()
  const capture = createCapture(context, { frame: (pcm) => words.take(pcm), failed: () => user?.failed() })
  capture.listen(microphone)

  function close(): void {
    user = null
    capture.close()
    speaker.close()
  }

  return {
    stream: destination.stream,
    speaker,
    use(next) {
      user = next
      speaker.reset()
      capture.reset()
    },
    keep() {
      words.close()
      words.forget()
    },
    send: () => words.open((pcm) => user?.frame(pcm)),
    forget: () => words.forget(),
    abandon() {
      const left = user
      close()
      left?.failed()
    },
    close,
  }
}
