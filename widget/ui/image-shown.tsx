/** A picture in the thread: seen as long as this page has it, named after that. */
import type { Item } from '../../protocol/item.ts'
import { ImageCanvas } from './image-canvas.tsx'
import type { PanelModel } from './panel-model.ts'

const FRAME = 'M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9h.01'

export function ImageShown({ model, item }: { model: PanelModel; item: Item }) {
  const image = model.conversation.images.value.get(item.id)
  const label = model.texts.value.picture
  if (image) {
    return (
      <span class="shown">
        <ImageCanvas image={image} label={label} />
      </span>
    )
  }
  return (
    <span class="shown gone">
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d={FRAME} />
      </svg>
      {label}
    </span>
  )
}
