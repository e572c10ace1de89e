import type { WebSocket } from 'ws'
import type { Channel } from './live-call.ts'

/** A WebSocket as a channel of a call. */
export function socketChannel(socket: WebSocket, kind: 'sideband' | 'websocket'): Channel {
  return {
    kind,
    takes: null,
    get open() {
      return socket.readyState === socket.OPEN
    },
    send: (text) => socket.send(text),
    close: (code, reason) => socket.close(code, reason),
    drop: () => socket.terminate(),
  }
}
