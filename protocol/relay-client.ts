/**
 * What a browser asks of the relay (relay.ts) and says there. The broker checks it; in a file of its own, because the widget would
 * carry the checks along with the rest.
 */
import * as v from 'valibot'
import { CallIdSchema, ItemIdSchema } from './ids.ts'

/** A position in the sound of an item (ms), whole because the provider takes no other (realtime-api.md 4.4). */
const PositionSchema = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(3_600_000))

/** Query of the upgrade request. */
export const RelayQuerySchema = v.object({
  call: CallIdSchema,
  /** Coming back: the item whose sound came last. */
  item: v.optional(ItemIdSchema),
  /** Coming back: how much of its sound has arrived (bytes, all its frames together). */
  received: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^\d{1,9}$/, 'a number of bytes'),
      v.transform(Number),
      v.number(),
      v.integer(),
      v.minValue(0),
    ),
    '0',
  ),
})

/** Browser → broker. */
export const RelayClientFrameSchema = v.variant('type', [
  /** Played so far (ms). At the first sound of an item, then each `PLAYED_EVERY_MS`, and once with `done` at its end. */
  v.strictObject({ type: v.literal('played'), item: ItemIdSchema, ms: PositionSchema, done: v.boolean() }),
  /** Answer to `flush`: what was being played when it stopped, and how far; null when everything had been played. */
  v.strictObject({
    type: v.literal('flushed'),
    flush: v.pipe(v.number(), v.integer(), v.minValue(1)),
    item: v.nullable(ItemIdSchema),
    ms: PositionSchema,
  }),
])
export type RelayClientFrame = v.InferOutput<typeof RelayClientFrameSchema>
