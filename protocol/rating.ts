/** How a conversation was, as its visitor says in the end. */
import * as v from 'valibot'

export const ScoreSchema = v.picklist(['good', 'bad'])
export type Score = v.InferOutput<typeof ScoreSchema>

/** `PUT /v1/sessions/{id}/rating`. The newest counts. */
export const RateSchema = v.strictObject({ score: ScoreSchema })
export type Rate = v.InferOutput<typeof RateSchema>

/** What a session keeps of it. */
export const RatingSchema = v.object({
  score: ScoreSchema,
  /** ms since 1970 */
  at: v.number(),
})
export type Rating = v.InferOutput<typeof RatingSchema>
