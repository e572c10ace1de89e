/** Everything the conversation takes from outside. The browser's own are in browser.ts; tests hand in fakes. */
import type { Platform } from './platform.ts'

export interface Ports extends Platform {
  fetch: (input: string, init?: RequestInit) => Promise<Response>
  /** 0 ≤ x < 1. */
  random: () => number
  /** Storage of this tab. May throw: pages can be forbidden to store anything. */
  storage: () => Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  /** Missing on insecure pages and in old browsers. */
  locks: Pick<LockManager, 'request'> | undefined
  permissions: Pick<Permissions, 'query'> | undefined
  RTCPeerConnection: (new () => RTCPeerConnection) | undefined
  MediaStream: (new (tracks: MediaStreamTrack[]) => MediaStream) | undefined
  AudioContext: (new () => AudioContext) | undefined
  WebSocket: typeof WebSocket
  BroadcastChannel: (new (name: string) => BroadcastChannel) | undefined
}
