/** After a call or a reload: one tap goes on where it stopped. */
import { Icon } from './icon.tsx'
import type { PanelModel } from './panel-model.ts'

export function ContinueBar({ model, onContinue }: { model: PanelModel; onContinue: () => void }) {
  const words = model.texts.value
  return (
    <section class="continue">
      <p>{words.stillHere}</p>
      <button type="button" class="primary" onClick={onContinue}>
        <Icon name={model.settings.value.mode === 'voice' ? 'mic' : 'keyboard'} />
        {words.continueTalking}
      </button>
    </section>
  )
}
