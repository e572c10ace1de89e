/**
 * Plays the assistant's sound as it comes over a WebSocket, and knows what of it was heard. The page's side of the playback worklet,
 * for the relay. The worklets must have been loaded into the context (worklet-loader.ts).
 *
 * Push the sound of an item as it comes, `end` the item when the provider says that it is complete, `flush` when the visitor speaks:
 * the answer is what `conversation.item.truncate` needs. Late sound of a flushed item is ignored. One speaker serves all
 * calls of a start.
 */
import type { Clock } from '../clock.ts'
import {
  type FromPlayback,
  type ItemPosition,
  PLAYBACK_NAME,
  type PlaybackEvent,
  type ToPlayback,
  WIRE_RATE,
} from './worklet-messages.ts'

/** Whole ms of an item's sound. */
export interface PlayedItem {
  item: string
  /** What had left the device, as far as the browser knows its delay. Never more than `receivedMs`: good for `audio_end_ms`. */
  playedMs: number
  receivedMs: number
}

export interface SpeakerHandlers {
  /** About every 40 ms while an item is played. */
  position(played: PlayedItem): void
  /** Everything was played, and every item has ended. */
  drained(): void
  /** An item ran dry before its end, and went on. */
  underrun(): void
  /** `processor`: the worklet broke, nothing will be played any more. `overflow`: sound was thrown away, 5 min of it wait already. */
  failed(what: 'processor' | 'overflow'): void
}

export interface SpeakerOptions {
  context: AudioContext
  clock: Clock
  /**
   * By default the context's own. A `MediaStreamAudioDestinationNode` instead makes a stream for an `<audio>` element, where the
   * browser's echo cancellation hears it in every browser, at the price of some more delay.
   */
  destination?: AudioNode
}

export interface Speaker {
  /** Takes the samples' memory away when they fill their buffer, else copies them. */
  push(item: string, pcm: Int16Array<ArrayBuffer>): void
  /** Nothing more of this item will come. */
  end(item: string): void
  /** Silent within one quantum and 2.7 ms. @returns every item that was not through, in order, as far as it was heard */
  flush(): Promise<PlayedItem[]>
  /** 0…1 */
  setVolume(volume: number): void
  /** Forgets everything, also which items were flushed. For a new call. */
  reset(): void
  close(): void
}

/** A context that is interrupted may not answer. Then the newest position that it told is good enough. */
const FLUSH_TIMEOUT_MS = 250
/** No other browser has it. */
const IS_FIREFOX = 'mozInnerScreenX'
/** So that a step of the volume does not click. s */
const VOLUME_TIME_CONSTANT = 0.01

export function createSpeaker({ context, clock, destination }: SpeakerOptions, handlers: SpeakerHandlers): Speaker {
  const node = new AudioWorkletNode(context, PLAYBACK_NAME, { numberOfInputs: 0, outputChannelCount: [1] })
  const volume = context.createGain()
  /** As told last, of the items that are not through. */
  const told = new Map<string, ItemPosition>()
  const flushes = new Map<number, (items: ItemPosition[]) => void>()
  let requests = 0
  let closed = false

  function tell(message: ToPlayback, transfer: Transferable[] = []): void {
    if (!closed) node.port.postMessage(message, transfer)
  }

  /**
   * `outputLatency` is missing in some browsers, 0 in others. Firefox answers by asking its audio thread under a lock that the thread of its
   * worklets waits for: now and then the whole page stops for good (seen in 153, on Linux). So it is not asked, and told the same as 0.
   */
  function inMs({ item, played, received }: ItemPosition): PlayedItem {
    const latency = IS_FIREFOX in globalThis ? 0 : context.outputLatency
    const delay = Number.isFinite(latency) ? latency * WIRE_RATE : 0
    const heard = Math.min(Math.max(0, played - delay), received)
    return {
      item,
      playedMs: Math.floor((1000 * heard) / WIRE_RATE),
      receivedMs: Math.floor((1000 * received) / WIRE_RATE),
    }
  }

  function onEvent(event: PlaybackEvent): void {
    switch (event.type) {
      case 'position':
        told.set(event.position.item, event.position)
        return handlers.position(inMs(event.position))
      case 'drained':
        told.clear()
        return handlers.drained()
      case 'underrun':
        return handlers.underrun()
      case 'overflow':
        return handlers.failed('overflow')
    }
  }

  node.port.onmessage = ({ data }: MessageEvent<FromPlayback>) => {
    if (closed) return
    if (data.type !== 'flushed') return onEvent(data)
    for (const { item } of data.items) told.delete(item)
    flushes.get(data.request)?.(data.items)
  }
  node.onprocessorerror = () => {
    if (!closed) handlers.failed('processor')
  }
  node.connect(volume)
  volume.connect(destination ?? context.destination)

  return {
    push(item, pcm) {
      const own = pcm.byteLength === pcm.buffer.byteLength ? pcm : pcm.slice()
      tell({ type: 'push', item, pcm: own }, [own.buffer])
    },
    end: (item) => tell({ type: 'end', item }),
    flush() {
      if (closed) return Promise.resolve([])
      const request = ++requests
      const lastKnown = [...told.values()]
      told.clear()
      return new Promise((resolve) => {
        const settle = (items: ItemPosition[]) => {
          cancel()
          flushes.delete(request)
          resolve(items.map(inMs))
        }
        const cancel = clock.after(FLUSH_TIMEOUT_MS, () => settle(lastKnown))
        flushes.set(request, settle)
        tell({ type: 'flush', request })
      })
    },
    setVolume: (wanted) => {
      volume.gain.setTargetAtTime(Math.min(1, Math.max(0, wanted)), context.currentTime, VOLUME_TIME_CONSTANT)
    },
    reset() {
      told.clear()
      tell({ type: 'reset' })
    },
    close() {
      tell({ type: 'close' })
      closed = true
      for (const settle of flushes.values()) settle([])
      node.disconnect()
      volume.disconnect()
    },
  }
}
