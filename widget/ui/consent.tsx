/** What the visitor has to agree to before anything begins: neither microphone nor broker before that. */
import { useEffect, useRef } from 'preact/hooks'
import css from './more.css?inline'
import { withMore } from './more-texts.ts'
import type { PanelModel } from './panel-model.ts'

export function Consent({ model, onDone }: { model: PanelModel; onDone: () => void }) {
  const words = withMore(model.texts.value, model.ownTexts.value)
  const consent = model.conversation.face.value?.consent
  const agree = useRef<HTMLButtonElement>(null)
  model.adopt(css)
  // Where the visitor was about to start talking.
  useEffect(() => agree.current?.focus({ preventScroll: true }), [])
  if (!consent) return null
  return (
    <section class="consent" part="consent" aria-label={words.consentTitle}>
      <h3>{words.consentTitle}</h3>
      <p dir="auto">{consent.text}</p>
      {consent.url && (
        <a href={consent.url} target="_blank" rel="noopener">
          {words.consentMore}
        </a>
      )}
      <button
        type="button"
        class="primary large"
        ref={agree}
        onClick={() => {
          model.agree()
          onDone()
        }}
      >
        {words.agree}
      </button>
    </section>
  )
}
