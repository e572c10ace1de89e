/** Opens the ways to show a picture. */
import { draftOf } from './image-draft.ts'
import { imageTexts } from './image-texts.ts'
import type { PanelModel } from './panel-model.ts'

const PICTURE = 'M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9h.01'

export function ImageButton({ model }: { model: PanelModel }) {
  const draft = draftOf(model)
  if (draft.ways().length === 0) return null
  const isOpen = draft.state.value === 'choosing'
  const label = imageTexts(model.language.value).show
  return (
    <button
      type="button"
      class="round quiet"
      aria-label={label}
      title={label}
      aria-expanded={isOpen}
      onClick={() => {
        draft.state.value = isOpen ? 'rest' : 'choosing'
      }}
    >
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d={PICTURE} />
      </svg>
    </button>
  )
}
