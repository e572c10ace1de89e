/** A circle with five bars that moves with the voice it belongs to. Says nothing that the words beside it do not say. */
import { useRef } from 'preact/hooks'
import { useLevels } from './levels.ts'
import type { PanelModel } from './panel-model.ts'

export function LevelRing({ model, large = false }: { model: PanelModel; large?: boolean }) {
  const { conversation } = model
  const live = conversation.state.value === 'live'
  const ring = useRef<HTMLSpanElement>(null)
  useLevels(ring, conversation, live && model.isOpen.value)
  return (
    <span
      class={`ring ${live ? conversation.activity.value : 'busy'}${large ? ' large' : ''}`}
      ref={ring}
      aria-hidden="true"
    >
      <span class="bars">
        <i />
        <i />
        <i />
        <i />
        <i />
      </span>
    </span>
  )
}
