/** Opens one call, whichever way it travels: what it needs, then the broker, then the way to `live`. */
import type { FollowedCall } from '../../protocol/api.ts'
import type { EndReason } from '../../protocol/frames.ts'
import type { Sound } from '../audio/sound.ts'
import type { LostReason } from '../call/transport.ts'
import { TransportError } from '../call/transport.ts'
import { within } from '../clock.ts'
import type { Ports } from '../device/ports.ts'
import type { Broker } from './broker.ts'
import type { Connect } from './connection.ts'
import type { Faces } from './faces.ts'
import type { Feed } from './feed.ts'
import type { Keeper } from './keeper.ts'
import { CallEndedError, isSuperseded } from './trouble.ts'

/** Longest wait for `live` after the broker's answer (ms): connecting, and seeding a long history. */
const LIVE_TIMEOUT_MS = 20_000

export interface CallParts {
  ports: Ports
  broker: Broker
  keeper: Keeper
  feed: Feed
  faces: Faces
  sound: Sound
}

export interface CallHandlers {
  /** The call belongs to a session that did not exist before. */
  newSession(): void
  /** The broker has begun a call; it is not live yet. */
  begun?(call: string): void
  /** The running call is over, told once. Not told after `close`. */
  over(reason: EndReason | LostReason, call: string): void
  /** The network takes less than the visitor says, or takes all of it again. */
  slow(slow: boolean): void
}

export interface LiveCall {
  readonly id: string
  /** The microphone and the assistant's voice are this call's now. Until then one that rolls another over is silent. */
  play(): void
  /** Lets go of the connection; hanging up at the broker is up to the caller. */
  close(): void
}

/** Resolves when the call is live. Rejects, with everything let go, when it fails or `signal` aborts. */
export async function openCall(
  signal: AbortSignal,
  connect: Connect,
  parts: CallParts,
  handlers: CallHandlers,
  after?: FollowedCall,
): Promise<LiveCall> {
  const { ports, keeper, feed, sound } = parts
  let fail: (error: Error) => void = () => {}
  const failed = new Promise<never>((_, reject) => {
    fail = reject
  })
  // It is only waited for below; a failure before that is found there.
  failed.catch(() => undefined)
  let isLive = false
  let stopWatching = () => {}
  let id: string | null = null
  const isRollover = after?.because === 'rollover'
  let isSilent = isRollover
  let heard: MediaStream | null = null

  const connection = connect(
    parts,
    {
      stream: (stream) => {
        heard = stream
        if (!isSilent) sound.playStream(stream)
      },
      lost: (reason) => over(reason),
      slow: handlers.slow,
    },
    isRollover,
  )

  function play(): void {
    isSilent = false
    connection.takeOver()
    if (heard) sound.playStream(heard)
  }

  function close(): void {
    stopWatching()
    connection.close()
    signal.removeEventListener('abort', abort)
  }

  function abort(): void {
    close()
    fail(signal.reason)
  }

  function over(reason: EndReason | LostReason): void {
    close()
    if (isLive && id) handlers.over(reason, id)
    else fail(new CallEndedError(isEndReason(reason) ? reason : 'lost'))
  }

  async function goLive(opened: Parameters<typeof connection.connect>[0]): Promise<void> {
    const ready = feed.ready(signal, opened.call)
    // Waited for at the end; an abort before that ends the call by another way.
    ready.catch(() => undefined)
    await connection.connect(opened, signal)
    // Only a rollover waits for this: the older call goes on until the newer one is up.
    if (isRollover) feed.send({ type: 'connected', call: opened.call })
    await ready
  }

  signal.addEventListener('abort', abort)
  try {
    const request = await Promise.race([connection.prepare(), failed])
    signal.throwIfAborted()
    const opened = await keeper.openCall(signal, request, after)
    id = opened.call.call
    handlers.begun?.(id)
    if (opened.isNewSession) handlers.newSession()
    feed.open()
    stopWatching = feed.watchCall(id, over)
    await within(
      ports.clock,
      LIVE_TIMEOUT_MS,
      Promise.race([goLive(opened.call), failed]),
      () => new TransportError('connect_timeout'),
    )
    signal.throwIfAborted()
    isLive = true
    return { id, close, play }
  } catch (error) {
    close()
    if (id && !isSuperseded(error)) void keeper.hangUp(id)
    throw error
  }
}

const LOST_REASONS: Record<LostReason, true> = {
  channel_closed: true,
  connection_failed: true,
  disconnected: true,
  no_packets: true,
}

export function isEndReason(reason: EndReason | LostReason): reason is EndReason {
  return !Object.hasOwn(LOST_REASONS, reason)
}
