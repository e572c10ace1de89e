/** What the page and its two worklets tell each other. PCM16 is mono, 24 kHz, little-endian, in buffers that are transferred. */

/** Rate of all sound between widget, broker and provider. Hz */
export const WIRE_RATE = 24_000

export const CAPTURE_NAME = 'parley-capture'
export const PLAYBACK_NAME = 'parley-playback'

export type ToCapture =
  | { type: 'mute'; muted: boolean }
  /** A frame's buffer comes back to be filled again. */
  | { type: 'give_back'; buffer: ArrayBuffer }
  | { type: 'reset' }
  | Close

/** The processor must end by itself: one that goes on is never freed while its context lives. */
interface Close {
  type: 'close'
}

export interface FromCapture {
  /** One frame of PCM16. */
  buffer: ArrayBuffer
  /** Of the microphone during this frame, 0…1. */
  rms: number
}

export type ToPlayback =
  | { type: 'push'; item: string; pcm: Int16Array<ArrayBuffer> }
  /** Nothing more of this item will come. */
  | { type: 'end'; item: string }
  /** Be silent now. Answered by `flushed` with the same number. */
  | { type: 'flush'; request: number }
  | { type: 'reset' }
  | Close

export type FromPlayback = PlaybackEvent | { type: 'flushed'; request: number; items: ItemPosition[] }

export type PlaybackEvent =
  /** How far an item was played; told only when it changed. */
  | { type: 'position'; position: ItemPosition }
  /** All there was has been played, and nothing more is to come. */
  | { type: 'drained' }
  /** All there was has been played, in the middle of an item. */
  | { type: 'underrun' }
  /** More than `MAX_QUEUED_SECONDS` wait to be played: this item's newest sound was thrown away. */
  | { type: 'overflow'; item: string }

/** In samples of 24 kHz. */
export interface ItemPosition {
  item: string
  /** Left the worklet. The device's own delay is not in it. */
  played: number
  received: number
}
