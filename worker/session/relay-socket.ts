/**
 * A browser's WebSocket as the relay sees it. Not hibernatable: sound comes 25 to 50 times a second, and the plain accept
 * costs a third less (worker-notes.md, Speed).
 */
import { RELAY_CLOSE_CODES } from '../../protocol/relay.ts'
import type { Relay, RelayBrowser } from './relay.ts'

export interface CameBack {
  /** The item whose sound came last, and how much of it had come (bytes). */
  item?: string | undefined
  received?: number | undefined
}

export function joinRelay(relay: Relay, socket: WebSocket, { item, received }: CameBack = {}): void {
  // Default is "blob" from compatibility date 2026-03-17 on; must be set before accept().
  socket.binaryType = 'arraybuffer'
  const browser: RelayBrowser = {
    send(data) {
      try {
        socket.send(data)
      } catch {
        // It broke without telling us yet: its close event does.
      }
    },
    close(why) {
      try {
        socket.close(RELAY_CLOSE_CODES[why], why)
      } catch {
        // It was closed already: nothing is left to do.
      }
    },
  }
  socket.addEventListener('message', ({ data }) => relay.receive(browser, data as string | ArrayBuffer))
  socket.addEventListener('close', () => relay.detach(browser))
  socket.addEventListener('error', () => relay.detach(browser))
  socket.accept()
  relay.attach(browser, item, received)
}
