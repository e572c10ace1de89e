/** Opens a call by the path that fits, and by the other one when that does not connect. On the same session. */
import type { FollowedCall } from '../../protocol/api.ts'
import { TransportError } from '../call/transport.ts'
import { type CallHandlers, type CallParts, type LiveCall, openCall } from './call.ts'
import type { Connect } from './connection.ts'
import type { Path, Paths } from './path.ts'
import type { View } from './view.ts'
import { connectWebrtc } from './webrtc-connection.ts'

/** WebRTC that has not connected after this time (ms) may never do: what the relay needs is fetched meanwhile. */
const DOUBT_AFTER_MS = 3_000

export interface WaysParts extends CallParts {
  view: View
  paths: Paths
  /** Most visitors never need it, so it is a file of its own. */
  loadRelay?: () => Promise<Connect>
}

/** @throws what `openCall` throws, of the first way where the other cannot be had here at all */
export async function openByPath(
  signal: AbortSignal,
  parts: WaysParts,
  handlers: CallHandlers,
  after?: FollowedCall,
): Promise<LiveCall> {
  const { ports, faces, view, paths, loadRelay = loadRelayFile } = parts

  let tried: string | null = null
  const begun = (call: string) => {
    tried = call
  }

  async function openBy(path: Path, follows = after): Promise<LiveCall> {
    const connect = path === 'relay' ? await loadRelay() : connectWebrtc
    signal.throwIfAborted()
    const call = await openCall(signal, connect, parts, { ...handlers, begun }, follows)
    view.path.value = path
    paths.worked(path, view.face.value?.transport ?? 'auto')
    return call
  }

  // A rollover goes the way that works already; where it does not work, the first call goes on.
  if (after?.because === 'rollover') return openBy('webrtc')
  const first = paths.choose(view.face.value?.transport ?? 'auto')
  // What cannot be fetched now is asked for again when it is needed.
  const fetchRelay = () => void loadRelay().catch(() => undefined)
  const stopDoubting = first === 'webrtc' ? ports.clock.after(DOUBT_AFTER_MS, fetchRelay) : () => {}
  try {
    return await openBy(first)
  } catch (error) {
    if (signal.aborted || !(error instanceof TransportError)) throw error
    const other = paths.failed(first, (await faces.load()).transport)
    signal.throwIfAborted()
    if (!other) throw error
    try {
      return await openBy(other, tried === null ? after : { call: tried, because: 'unconnected' })
    } catch (second) {
      const isImpossible = second instanceof TransportError && second.code === 'webrtc_missing'
      throw isImpossible && !signal.aborted ? error : second
    }
  } finally {
    stopDoubting()
  }
}

async function loadRelayFile(): Promise<Connect> {
  return (await import('./relay-connection.ts')).connectRelay
}
