/** Makes the card the whole panel, and the panel the card again. */
import { LARGER, SMALLER } from './extra-icons.ts'
import { Shape } from './icon.tsx'
import { withMore } from './more-texts.ts'
import type { PanelModel } from './panel-model.ts'

export function CardToggle({ model: { isCompact, isMoreOpen, texts, ownTexts } }: { model: PanelModel }) {
  const words = withMore(texts.value, ownTexts.value)
  const label = isCompact.value ? words.larger : words.smaller
  return (
    <button
      type="button"
      class="round quiet"
      aria-label={label}
      title={label}
      onClick={() => {
        isCompact.value = !isCompact.value
        isMoreOpen.value = false
      }}
    >
      <Shape d={isCompact.value ? LARGER : SMALLER} />
    </button>
  )
}
