/** A picture that is there: on a canvas, because policies of pages forbid addresses of pictures. */
import { useEffect, useRef } from 'preact/hooks'
import type { ShownImage } from '../client/types.ts'
import { bitmapOf } from '../images/prepare.ts'

export function ImageCanvas({ image, label }: { image: ShownImage; label: string }) {
  const place = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    let isGone = false
    bitmapOf(image.jpeg).then(
      (bitmap) => {
        if (!isGone) place.current?.getContext('2d')?.drawImage(bitmap, 0, 0, image.width, image.height)
        bitmap.close()
      },
      () => undefined, // it was made by this page: there is nothing to be told but its label
    )
    return () => {
      isGone = true
    }
  }, [image])
  return <canvas ref={place} width={image.width} height={image.height} role="img" aria-label={label} />
}
