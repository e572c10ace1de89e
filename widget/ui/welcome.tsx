/** Before anything was said: what this is, and the one button that starts it. */
import { Icon } from './icon.tsx'
import type { PanelModel } from './panel-model.ts'
import { fill } from './texts.ts'

export function Welcome({ model, onStart }: { model: PanelModel; onStart: () => void }) {
  const words = model.texts.value
  const face = model.conversation.face.value
  // The banner has the buttons then.
  const troubled = model.conversation.trouble.value !== null
  const voice = model.settings.value.mode === 'voice'
  return (
    <section class="welcome">
      <span class="orb" aria-hidden="true">
        <Icon name="voice" />
      </span>
      <h3 dir="auto">{face?.greeting || fill(words.hello, 'name', model.name.value)}</h3>
      {face?.tagline && (
        <p class="tagline" dir="auto">
          {face.tagline}
        </p>
      )}
      {voice && !troubled && (
        <button type="button" class="primary large" onClick={onStart}>
          <Icon name="mic" />
          {words.startTalking}
        </button>
      )}
      {!troubled && <p class="hint">{voice ? words.microphoneHint : words.textHint}</p>}
    </section>
  )
}
