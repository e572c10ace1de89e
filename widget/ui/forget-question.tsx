/** Asked before everything is erased, in place: no dialog on top of the dialog. */
import { useEffect, useRef } from 'preact/hooks'
import type { PanelModel } from './panel-model.ts'

export function ForgetQuestion({ model, onDone }: { model: PanelModel; onDone: () => void }) {
  const words = model.texts.value
  const keep = useRef<HTMLButtonElement>(null)
  useEffect(() => keep.current?.focus(), [])
  return (
    <section class="question" aria-label={words.forget}>
      <p>{words.forgetQuestion}</p>
      <div class="ways">
        <button
          type="button"
          class="primary danger"
          onClick={() => {
            void model.forget()
            onDone()
          }}
        >
          {words.forgetYes}
        </button>
        <button
          type="button"
          class="secondary"
          ref={keep}
          onClick={() => {
            model.askingToForget.value = false
            onDone()
          }}
        >
          {words.forgetNo}
        </button>
      </div>
    </section>
  )
}
