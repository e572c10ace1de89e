/** Before anything was said: what this is, and the one button that starts it. */
import { Icon } from './icon.tsx'
import type { PanelModel } from './panel-model.ts'

export function Welcome({ model, onStart }: { model: PanelModel; onStart: () => void }) {
  const words = model.texts.value
  const voice = model.settings.value.mode === 'voice'
  return (
    <section class="welcome">
      <span class="orb" aria-hidden="true">
        <Icon name="voice" />
      </span>
      <h3>{model.conversation.face.value?.greeting || words.hello(model.name.value)}</h3>
      {voice && (
        <button type="button" class="primary large" onClick={onStart}>
          <Icon name="mic" />
          {words.startTalking}
        </button>
      )}
      <p>{voice ? words.microphoneHint : words.textHint}</p>
    </section>
  )
}
