/** `POST /v1/replies/{token}`: what a person answers after a hand-over (docs/events.md). */
import * as v from 'valibot'
import { ItemIdSchema } from './ids.ts'

/** Longest answer, in characters. */
export const MAX_REPLY = 2000

/** Control characters, and what changes the direction of the text around it: a name must stay in its line and place. */
const UNFIT_FOR_NAMES = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u

/** A capability: whoever holds it may answer in one conversation. */
export const ReplyTokenSchema = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9_-]{80,200}$/, 'the last segment of a reply_url'),
)

export const ReplySchema = v.strictObject({
  /** Shown to the visitor as who has written. */
  name: v.pipe(
    v.string(),
    v.trim(),
    v.minLength(1),
    v.maxLength(60),
    v.check((name) => !UNFIT_FOR_NAMES.test(name), 'one line of text'),
  ),
  text: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(MAX_REPLY)),
  /** Of the sender's own choice: the same one twice is one answer. */
  id: v.optional(v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/, 'at most 64 letters, digits, _ or -'))),
})
export type Reply = v.InferOutput<typeof ReplySchema>

/** `item`: id of it in the transcript. */
export const ReplyStoredSchema = v.object({ item: ItemIdSchema })
