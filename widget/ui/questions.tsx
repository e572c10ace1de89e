/** What the visitor has to agree to before a tool runs. Few agents ask, so the card is a file of its own. */
import { lazy } from './lazy.tsx'
import type { PanelModel } from './panel-model.ts'

// What cannot be fetched now is asked for again with the next question; until then nobody agrees.
const QuestionCard = lazy(async () => (await import('./question-card.tsx')).QuestionCard)

export function Questions({ model, onDone }: { model: PanelModel; onDone: () => void }) {
  return model.conversation.questions.value.map((question) => (
    <QuestionCard key={question.item} model={model} question={question} onDone={onDone} />
  ))
}
