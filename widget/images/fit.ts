/** How large a picture becomes, and how good. */
import { type ImageSize, MAX_IMAGE_BYTES, MAX_IMAGE_SIDE } from '../../protocol/image.ts'

/** The first that is small enough is taken: first less quality, then fewer pixels. */
const QUALITIES = [0.85, 0.75, 0.65, 0.5, 0.35]
const SCALES = [1, 0.75, 0.5, 0.25]

/** The same shape within `longest` px; never larger than it is, never without pixels. */
export function fitWithin({ width, height }: ImageSize, longest = MAX_IMAGE_SIDE): ImageSize {
  const scale = Math.min(1, longest / Math.max(width, height))
  const side = (length: number) => Math.max(1, Math.round(length * scale))
  return { width: side(width), height: side(height) }
}

/** @param encode null: it could not be made. @returns null where nothing is small enough */
export async function smallEnough<Encoded extends { jpeg: Uint8Array }>(
  size: ImageSize,
  encode: (size: ImageSize, quality: number) => Promise<Encoded | null>,
): Promise<Encoded | null> {
  for (const scale of SCALES) {
    for (const quality of QUALITIES) {
      const encoded = await encode(fitWithin(size, MAX_IMAGE_SIDE * scale), quality)
      if (!encoded) return null
      if (encoded.jpeg.length <= MAX_IMAGE_BYTES) return encoded
    }
  }
  return null
}
