/** Opens one call: offer, microphone and agent's face side by side, then the broker, then the way to `live`. */
import type { CallRequest, FollowedCall } from '../../protocol/api.ts'
import type { EndReason } from '../../protocol/frames.ts'
import type { Sound } from '../audio/sound.ts'
import { postOffer } from '../call/ephemeral.ts'
import type { LostReason, Transport } from '../call/transport.ts'
import { TransportError } from '../call/transport.ts'
import { createWebrtc } from '../call/webrtc.ts'
import { within } from '../clock.ts'
import type { Ports } from '../device/ports.ts'
import type { Broker } from './broker.ts'
import type { Faces } from './faces.ts'
import type { Feed } from './feed.ts'
import type { Keeper, OpenedCall } from './keeper.ts'
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
  /** The running call is over, told once. Not told after `close`. */
  over(reason: EndReason | LostReason, call: string): void
}

export interface LiveCall {
  readonly id: string
  /** Lets the assistant be heard. A call that rolls another one over is silent until then. */
  play(): void
  /** Lets go of the connection; hanging up at the broker is up to the caller. */
  close(): void
}

/** Resolves when the call is live. Rejects, with everything let go, when it fails or `signal` aborts. */
export async function openCall(
  signal: AbortSignal,
  parts: CallParts,
  handlers: CallHandlers,
  after?: FollowedCall,
): Promise<LiveCall> {
  const { ports, keeper, feed, faces, sound } = parts
  let fail: (error: Error) => void = () => {}
  const failed = new Promise<never>((_, reject) => {
    fail = reject
  })
  // It is only waited for below; a failure before that is found there.
  failed.catch(() => undefined)
  let isLive = false
  let stopWatching = () => {}
  let id: string | null = null
  let isSilent = after?.because === 'rollover'
  let heard: MediaStream | null = null

  const transport = createWebrtc(ports, {
    stream: (stream) => {
      heard = stream
      if (!isSilent) sound.playStream(stream)
    },
    lost: (reason) => over(reason),
  })

  function play(): void {
    isSilent = false
    if (heard) sound.playStream(heard)
  }

  function close(): void {
    stopWatching()
    transport.close()
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

  signal.addEventListener('abort', abort)
  try {
    const prepared = Promise.all([transport.open(), faces.load(), sound.microphone])
    const [offer, face, microphone] = await Promise.race([prepared, failed])
    signal.throwIfAborted()
    await transport.setTrack(microphone.track)
    const opened = await keeper.openCall(signal, requestFor(face.handshake, offer), after)
    id = opened.call.call
    if (opened.isNewSession) handlers.newSession()
    feed.open()
    stopWatching = feed.watchCall(id, over)
    const live = connect(signal, parts, transport, { opened: opened.call, offer, isRollover: isSilent })
    await within(
      ports.clock,
      LIVE_TIMEOUT_MS,
      Promise.race([live, failed]),
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

async function connect(
  signal: AbortSignal,
  { ports, broker, keeper, feed }: CallParts,
  transport: Transport,
  { opened, offer, isRollover }: { opened: OpenedCall; offer: string; isRollover: boolean },
): Promise<void> {
  const ready = feed.ready(signal, opened.call)
  // Waited for at the end; an abort before that ends the call by another way.
  ready.catch(() => undefined)
  if (opened.handshake === 'brokered') {
    await transport.answer(opened.sdp)
  } else {
    const target = { url: opened.url, secret: opened.client_secret.value }
    const { sdp, providerCallId } = await postOffer(ports, target, offer)
    signal.throwIfAborted()
    const link = keeper.link.value
    // Told at the same time as connecting: the broker's control connection and the sound need about as long.
    await Promise.all([
      transport.answer(sdp),
      link ? broker.reportCall(link, opened.call, { provider_call_id: providerCallId }) : null,
    ])
  }
  // Only a rollover waits for this: the older call goes on until the newer one is up.
  if (isRollover) feed.send({ type: 'connected', call: opened.call })
  await ready
}

function requestFor(handshake: 'brokered' | 'ephemeral', sdp: string): CallRequest {
  return handshake === 'brokered' ? { transport: 'webrtc', handshake, sdp } : { transport: 'webrtc', handshake }
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
