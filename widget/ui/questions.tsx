/** What the visitor has to agree to before a tool runs. Few agents ask, so the card is a file of its own. */
import { useEffect, useState } from 'preact/hooks'
import type { PanelModel } from './panel-model.ts'

type Card = typeof import('./question-card.tsx').QuestionCard

export function Questions({ model, onDone }: { model: PanelModel; onDone: () => void }) {
  const [card, setCard] = useState<{ Card: Card } | null>(null)
  const questions = model.conversation.questions.value
  const isWanted = questions.length > 0 && !card
  useEffect(() => {
    // What cannot be fetched now is asked for again with the next question; until then nobody agrees.
    if (isWanted)
      import('./question-card.tsx').then(({ QuestionCard }) => setCard({ Card: QuestionCard })).catch(() => {})
  }, [isWanted])
  if (!card) return null
  return questions.map((question) => (
    <card.Card key={question.item} model={model} question={question} onDone={onDone} />
  ))
}
