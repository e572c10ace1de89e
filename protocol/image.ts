/** Pictures that the visitor shows: what a page may send of them. JPEG without metadata, small enough for one frame. */

/** Longest side (px). */
export const MAX_IMAGE_SIDE = 800
/** Largest JPEG (bytes). */
export const MAX_IMAGE_BYTES = 200_000
/** The same as base64 (characters). */
export const MAX_IMAGE_BASE64 = Math.ceil(MAX_IMAGE_BYTES / 3) * 4

/** Ways in which a visitor can show one. `file` is pasting and dropping, too; `camera` is offered by phones only. */
export const IMAGE_WAYS = ['file', 'camera', 'screenshot'] as const
export type ImageWay = (typeof IMAGE_WAYS)[number]

/** px */
export interface ImageSize {
  width: number
  height: number
}
