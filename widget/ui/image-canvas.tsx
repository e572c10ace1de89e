/** A picture that is there: on a canvas, because policies of pages forbid addresses of pictures. */
import { useEffect, useRef } from 'preact/hooks'
import type { ImageSize } from '../../protocol/image.ts'
import { bitmapOf } from '../images/prepare.ts'

/** @param props `jpeg`: base64, or as it came */
export function ImageCanvas(props: { jpeg: string | Blob; size: ImageSize; label: string }) {
  const { jpeg, size, label } = props
  const { width, height } = size
  const place = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    let isGone = false
    bitmapOf(jpeg).then(
      (bitmap) => {
        if (!isGone) place.current?.getContext('2d')?.drawImage(bitmap, 0, 0, width, height)
        bitmap.close()
      },
      () => undefined, // it was made by this page, or by an earlier one: there is nothing to be told but its label
    )
    return () => {
      isGone = true
    }
  }, [jpeg, width, height])
  return <canvas ref={place} width={width} height={height} role="img" aria-label={label} />
}
