/**
 * Frames of the relay, `GET /v1/sessions/{id}/relay?call=<call>`: sound over a WebSocket, for where WebRTC is not to be
 * had. Transcript, activity, notices and typed text stay on the event socket (frames.ts).
 *
 * Opened with the subprotocols `parley.relay.v1` and `token.<session token>`. Either way, a binary frame is sound: PCM16,
 * little endian, mono, 24 000 Hz. A text frame is one JSON object, but for the heartbeat: the text `ping`, answered with
 * the text `pong`.
 *
 * A browser whose socket broke comes back to the same call within `RELAY_GRACE_MS` and says how much of which item it
 * has got (`item`, `received`); the broker goes on from there.
 */
import * as v from 'valibot'
import { ItemIdSchema } from './ids.ts'

export const RELAY_SUBPROTOCOL = 'parley.relay.v1'
/** 24 000 samples per second, 2 bytes each. */
export const BYTES_PER_MS = 48
/** Longest binary frame of a browser (bytes): 1.3 s of sound. Usual are 20 to 40 ms. */
export const MAX_SOUND_BYTES = 64 * 1024
/** The browser sends a ping this often (ms), so that it notices within seconds when nothing comes back. */
export const RELAY_PING_EVERY_MS = 1_500
/** The browser tells how far it has played this often (ms) while it plays. */
export const PLAYED_EVERY_MS = 250
/** So long (ms) a call waits for its browser to come back. */
export const RELAY_GRACE_MS = 10_000
/** Why the broker closed a relay. `call_over`: the event socket says why. `replaced`: by a newer socket of the same call. */
export const RELAY_CLOSE_CODES = { call_over: 4010, replaced: 4011, flood: 4008, silent: 4012 } as const

/** Broker → browser. */
export const RelayServerFrameSchema = v.variant('type', [
  /** The binary frames that follow are the sound of this item. */
  v.object({ type: v.literal('audio'), item: ItemIdSchema }),
  /** No more sound of this item will come. */
  v.object({ type: v.literal('end_of_item'), item: ItemIdSchema }),
  /** Stop playing now, throw away what is left, answer with `flushed` and this number. */
  v.object({ type: v.literal('flush'), flush: v.number() }),
  /** A frame of the browser was refused. */
  v.object({ type: v.literal('error'), code: v.string(), detail: v.optional(v.string()) }),
])
export type RelayServerFrame = v.InferOutput<typeof RelayServerFrameSchema>
