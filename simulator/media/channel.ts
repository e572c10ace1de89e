/** The text messages of a call: one data channel that the caller opens, whatever its label (realtime-api.md 4.2). */
import type { RTCDataChannel } from 'werift'

export interface Channel {
  /** Takes a data channel that the caller opened; the first one becomes the way out. */
  adopt(channel: RTCDataChannel): void
  /** Sends, or keeps in order until the channel is open. */
  send(text: string): void
  /** Resolves when everything was handed to the network, or after `timeoutMs`. */
  flushed(timeoutMs: number): Promise<void>
  close(): void
}

export interface ChannelEvents {
  onOpen: () => void
  onMessage: (text: string) => void
  onClose: () => void
}

const FLUSH_POLL_MS = 5

export function createChannel(events: ChannelEvents): Channel {
  let output: RTCDataChannel | undefined
  let pending: string[] = []
  let opened = false

  function adopt(channel: RTCDataChannel): void {
    channel.onMessage.subscribe((data) => events.onMessage(typeof data === 'string' ? data : data.toString('utf8')))
    if (output) return
    output = channel
    channel.stateChanged.subscribe((state) => {
      if (state === 'open') open(channel)
      if (state === 'closed') events.onClose()
    })
    if (channel.readyState === 'open') open(channel)
  }

  function open(channel: RTCDataChannel): void {
    if (opened) return
    opened = true
    // What was said before the channel existed goes after whatever the opening itself makes us say (session.created).
    const early = pending
    pending = []
    events.onOpen()
    for (const text of early) channel.send(text)
  }

  function send(text: string): void {
    if (!output || output.readyState === 'connecting') pending.push(text)
    else if (output.readyState === 'open') output.send(text)
  }

  async function flushed(timeoutMs: number): Promise<void> {
    for (let waited = 0; waited < timeoutMs && hasUnsent(); waited += FLUSH_POLL_MS) {
      await new Promise((resolve) => setTimeout(resolve, FLUSH_POLL_MS))
    }
  }

  /** What the channel counts as sent may still wait in the association for its window to open. */
  function hasUnsent(): boolean {
    return output !== undefined && (output.bufferedAmount > 0 || output.sctp.sctp.outboundQueue.length > 0)
  }

  return { adopt, send, flushed, close: () => output?.close() }
}
