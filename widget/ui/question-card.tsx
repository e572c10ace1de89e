/** Asks before something is done: by hand only, because speech mishears. */
import { useState } from 'preact/hooks'
import type { Question } from '../client/types.ts'
import type { PanelModel } from './panel-model.ts'

export interface QuestionCardProps {
  model: PanelModel
  question: Question
  /** For buttons that vanish: the focus must not fall out of the panel. */
  onDone: () => void
}

export function QuestionCard({ model, question: { item, label, text }, onDone }: QuestionCardProps) {
  const [answered, setAnswered] = useState(false)
  const id = `ask-${item}`
  const { conversation } = model
  const words = model.texts.value
  const answer = (yes: boolean) => {
    // Not sent while the socket is down: then it can be answered again.
    setAnswered(conversation.confirm(item, yes))
    onDone()
  }
  return (
    // It may come while the visitor writes, so it takes no focus; an alert is read out when it appears.
    <section class="question" part="question" role="alert" aria-labelledby={id}>
      <h3 id={id} dir="auto">
        {label}
      </h3>
      <p dir="auto">{text}</p>
      {conversation.mode.value === 'voice' && <span class="aside">{words.byHand}</span>}
      <div class="ways">
        <button type="button" class="primary" disabled={answered} onClick={() => answer(true)}>
          {words.yes}
        </button>
        <button type="button" class="secondary" disabled={answered} onClick={() => answer(false)}>
          {words.no}
        </button>
      </div>
    </section>
  )
}
