/**
 * Microphone and speaker as PCM16 frames, for the relay: opened once per start and used by one call after the other, also when
 * the audio context under them is replaced. The assistant is played through a stream, so that the `<audio>` element carries
 * it as it does a WebRTC call, and the browser's echo cancellation hears it.
 */
import type { Clock } from '../clock.ts'
import { createCapture } from './capture.ts'
import { createFirstWords } from './first-words.ts'
import { createSpeaker, type PlayedItem, type Speaker } from './speaker.ts'
import { createUnplayed } from './unplayed.ts'
import type { WorkletLoader, WorkletOutcome } from './worklet-loader.ts'

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
  /** What is played. Another one after `renew`. */
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
  /**
   * Goes on in another context, in the middle of a word if need be.
   * @param microphone in that context
   * @throws PcmError
   */
  renew(context: AudioContext, microphone: AudioNode): Promise<void>
  /** The same as closing, but the user is told that it has failed. */
  abandon(): void
  close(): void
}

/** The nodes in one context. */
interface Gear {
  readonly stream: MediaStream
  readonly speaker: Speaker
  reset(): void
  close(): void
}

/** @throws PcmError */
export async function openPcm(
  { loader, clock }: { loader: WorkletLoader; clock: Clock },
  context: AudioContext,
  microphone: AudioNode,
): Promise<PcmSound> {
  const words = createFirstWords()
  const unplayed = createUnplayed()
  let user: PcmUser | null = null
  let closed = false
  /** Null while it is being replaced. */
  let gear: Gear | null = null
  let renewals = 0

  function build(next: AudioContext, from: AudioNode): Gear {
    const destination = next.createMediaStreamDestination()
    const failed = () => user?.failed()
    const speaker = createSpeaker(
      { context: next, clock, destination },
      {
        position: (item) => user?.played(unplayed.played(item)),
        drained() {
          unplayed.clear()
          user?.drained()
        },
        underrun: () => {},
        // Sound that was thrown away is told by the positions: the broker never sends so much ahead.
        failed: (what) => what === 'processor' && failed(),
      },
    )
    const capture = createCapture(next, { frame: (pcm) => words.take(pcm), failed })
    capture.listen(from)
    return {
      stream: destination.stream,
      speaker,
      reset() {
        speaker.reset()
        capture.reset()
      },
      close() {
        capture.close()
        speaker.close()
      },
    }
  }

  function close(): void {
    closed = true
    user = null
    gear?.close()
    gear = null
  }

  demandWorklets(await loader.load(context))
  gear = build(context, microphone)
  let { stream } = gear

  return {
    get stream() {
      return stream
    },
    speaker: {
      push(item, pcm) {
        unplayed.push(item, pcm)
        gear?.speaker.push(item, pcm)
      },
      end(item) {
        unplayed.end(item)
        gear?.speaker.end(item)
      },
      async flush() {
        const flushed = gear ? (await gear.speaker.flush()).map(unplayed.played) : unplayed.positions()
        unplayed.clear()
        return flushed
      },
    },
    use(next) {
      user = next
      unplayed.clear()
      gear?.reset()
    },
    keep() {
      words.close()
      words.forget()
    },
    send: () => words.open((pcm) => user?.frame(pcm)),
    forget: () => words.forget(),
    async renew(next, from) {
      renewals += 1
      const renewal = renewals
      gear?.close()
      gear = null
      const loaded = await loader.load(next)
      // Closed meanwhile, or replaced once more.
      if (closed || renewal !== renewals) return
      demandWorklets(loaded)
      gear = build(next, from)
      stream = gear.stream
      unplayed.handTo(gear.speaker)
    },
    abandon() {
      const left = user
      close()
      left?.failed()
    },
    close,
  }
}

function demandWorklets(outcome: WorkletOutcome): void {
  if (!outcome.step) throw new PcmError(outcome.reason === 'unreachable' ? 'unreachable' : 'missing')
}
