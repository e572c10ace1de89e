/**
 * Makes a picture ready to be sent: decoded by the browser, upright, at most 800 px, JPEG without metadata, small enough.
 * Nothing of it leaves the page here. Without `<img>` and addresses, so that no policy of the page can forbid it.
 */
import type { ImageSize } from '../../protocol/image.ts'
import { readJpeg, withoutMetadata } from '../../protocol/jpeg.ts'
import { smallEnough } from './fit.ts'
import { ImageError } from './flaw.ts'
import { HEAD_BYTES, isAnimated, kindOf } from './kind.ts'

/** A photo of 48 megapixels has 10 to 25 MB. */
const MAX_FILE_BYTES = 50_000_000
const REFUSED = ['svg', 'pdf'] as const

export interface PreparedImage extends ImageSize {
  /** Base64 */
  jpeg: string
  /** It was the first of an animation. */
  isFirst: boolean
}

/** @throws ImageError */
export async function prepareFile(file: Blob): Promise<PreparedImage> {
  if (file.size > MAX_FILE_BYTES) throw new ImageError('too_big')
  const head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer())
  const kind = kindOf(head)
  const refused = REFUSED.find((one) => one === kind)
  if (refused) throw new ImageError(refused)
  if (kind === 'unknown') throw new ImageError('not_image')
  // Safari can open HEIC, others cannot.
  const flaw = kind === 'heic' ? 'heic' : 'broken'
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' }).catch(() => {
    throw new ImageError(flaw)
  })
  return { ...(await prepareBitmap(bitmap)), isFirst: isAnimated(kind, head) }
}

/** Lets go of the bitmap. @throws ImageError */
export async function prepareBitmap(bitmap: ImageBitmap): Promise<PreparedImage> {
  try {
    const encoded = await smallEnough(bitmap, (size, quality) => encode(bitmap, size, quality))
    if (!encoded) throw new ImageError('broken')
    const { jpeg, width, height } = encoded
    return { jpeg: base64(jpeg), width, height, isFirst: false }
  } finally {
    bitmap.close()
  }
}

/** For showing what was made ready. @param jpeg base64, or as it came from the broker */
export function bitmapOf(jpeg: string | Blob): Promise<ImageBitmap> {
  if (typeof jpeg !== 'string') return createImageBitmap(jpeg)
  const bytes = Uint8Array.from(atob(jpeg), (sign) => sign.charCodeAt(0))
  return createImageBitmap(new Blob([bytes], { type: 'image/jpeg' }))
}

async function encode(bitmap: ImageBitmap, { width, height }: ImageSize, quality: number) {
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  const context = canvas.getContext('2d')
  if (!context) return null
  context.imageSmoothingQuality = 'high'
  // JPEG has no transparency: it would become black.
  context.fillStyle = '#fff'
  context.fillRect(0, 0, width, height)
  context.drawImage(bitmap, 0, 0, width, height)
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality))
  // Browsers put metadata of their own in, Safari EXIF for one.
  const jpeg = blob && withoutMetadata(new Uint8Array(await blob.arrayBuffer()))
  return jpeg && typeof readJpeg(jpeg) === 'object' ? { jpeg, width, height } : null
}

function base64(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text)
}
