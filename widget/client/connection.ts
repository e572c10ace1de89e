/** How one call travels: what is asked of the broker, and what is done with its answer. Two kinds: WebRTC and the relay. */
import type { CallRequest } from '../../protocol/api.ts'
import type { LostReason } from '../call/transport.ts'
import type { CallParts } from './call.ts'
import type { OpenedCall } from './keeper.ts'

export interface Connection {
  /** What to ask of the broker, as soon as everything that is needed for it is there. */
  prepare(): Promise<CallRequest>
  /**
   * Takes the broker's answer; resolves when sound can flow.
   * @throws TransportError | ProviderError
   */
  connect(opened: OpenedCall, signal: AbortSignal): Promise<void>
  /** The microphone is this call's alone. Before that one that rolls another over shares it with that. */
  takeOver(): void
  /** Lets go of everything; nothing is reported afterwards. */
  close(): void
}

export interface ConnectionHandlers {
  /** The assistant's sound. */
  stream(stream: MediaStream): void
  /** It broke after it was up. Told once. */
  lost(reason: LostReason): void
  /** The network takes less than the visitor says, or takes all of it again. */
  slow(slow: boolean): void
}

/** @param isRollover the call is opened beside another one */
export type Connect = (parts: CallParts, handlers: ConnectionHandlers, isRollover: boolean) => Connection
