import type { WebSocket } from 'ws'
import type { Channel } from './live-call.ts'

/** A WebSocket as a channel of a call. */
export function socketChannel(socket: WebSocket, kind: 'sideband' | 'websocket'): Channel {
  return {
    kind,
    send: (text) => {
      if (socket.readyState === socket.OPEN) socket.send(text)
    },
    close: (code, reason) => socket.close(code, reason),
    drop: () => socket.terminate(),
  }
}
