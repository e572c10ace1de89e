/** The browser edges: everything the conversation takes from outside, as the running page provides it. */

import { systemClock } from '../clock.ts'
import type { AudioSession } from './platform.ts'
import type { Ports } from './ports.ts'

/** Looks at the page only when something is used, so that importing the widget does nothing. */
export function browserPorts(): Ports {
  // Older Nodes have none; tests that run there bring what it gives.
  const navigator: Partial<Navigator> & { audioSession?: AudioSession } = globalThis.navigator ?? {}
  return {
    fetch: (input, init) => fetch(input, init),
    clock: systemClock,
    random: () => Math.random(),
    storage: () => window.sessionStorage,
    locks: navigator.locks,
    mediaDevices: navigator.mediaDevices,
    permissions: navigator.permissions,
    audioSession: navigator.audioSession,
    wakeLock: navigator.wakeLock,
    page: {
      get window() {
        return window
      },
      get document() {
        return document
      },
      get navigator() {
        return globalThis.navigator
      },
      get isSecureContext() {
        return window.isSecureContext
      },
    },
    RTCPeerConnection: globalThis.RTCPeerConnection,
    MediaStream: globalThis.MediaStream,
    AudioContext: globalThis.AudioContext,
    WebSocket: globalThis.WebSocket,
    BroadcastChannel: globalThis.BroadcastChannel,
  }
}
