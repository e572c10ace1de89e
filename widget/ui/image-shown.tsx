/** A picture in the thread: seen where this page has it or the broker keeps it, named where not. */
import { useRef } from 'preact/hooks'
import type { Item } from '../../protocol/item.ts'
import { ImageCanvas } from './image-canvas.tsx'
import { useKeptImage } from './kept-image.ts'
import type { PanelModel } from './panel-model.ts'

const FRAME = 'M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9h.01'

export function ImageShown({ model, item }: { model: PanelModel; item: Item }) {
  const place = useRef<HTMLSpanElement>(null)
  const kept = useKeptImage(model, item, place)
  const own = model.conversation.images.value.get(item.id)
  const jpeg = own?.jpeg ?? kept
  const label = model.texts.value.picture
  if (jpeg && item.image) {
    return (
      <span class="shown">
        <ImageCanvas jpeg={jpeg} size={own ?? item.image} label={label} />
      </span>
    )
  }
  return (
    <span class="shown gone" ref={place}>
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d={FRAME} />
      </svg>
      {label}
    </span>
  )
}
