/** What visitors agree to before anything begins, and what is kept of it (docs/privacy.md, Consent). */
import * as v from 'valibot'

/** Names one wording: as the agent says, or the SHA-256 of it in hexadecimal (worker/session/consents.ts). */
export const ConsentVersionSchema = v.pipe(v.string(), v.regex(/^[\w.-]{1,64}$/, 'at most 64 of A-Z a-z 0-9 . _ -'))

/** The visitor has agreed to the wording that was shown. What says so is the page: nothing proves the click. */
export const ConsentGivenSchema = v.strictObject({
  /** `consent.version` of the agent's face, as it was shown. */
  version: ConsentVersionSchema,
  /** Language of what was around it (BCP 47). */
  lang: v.optional(v.pipe(v.string(), v.regex(/^[A-Za-z0-9-]{2,35}$/))),
})
export type ConsentGiven = v.InferOutput<typeof ConsentGivenSchema>

/** What a session keeps of it. */
export const ConsentRecordSchema = v.object({
  version: v.string(),
  /** ms since 1970 */
  at: v.number(),
  /** Null where the client did not say. */
  lang: v.nullable(v.string()),
})
export type ConsentRecord = v.InferOutput<typeof ConsentRecordSchema>
