/** Asks, after a conversation has ended, how it was. The website is told, and the broker, which keeps it with the conversation. */
import { useState } from 'preact/hooks'
import type { Score } from '../../protocol/rating.ts'
import { systemClock } from '../clock.ts'
import { BAD, GOOD } from './extra-icons.ts'
import { Shape } from './icon.tsx'
import css from './more.css?inline'
import { withMore } from './more-texts.ts'
import type { PanelModel } from './panel-model.ts'
import { sendRating } from './send-rating.ts'

export function Rating({ model, onDone }: { model: PanelModel; onDone: () => void }) {
  const words = withMore(model.texts.value, model.ownTexts.value)
  /** `rated` before the broker has answered: nobody waits for that. */
  const [state, setState] = useState<'asked' | 'rated' | 'failed'>('asked')
  model.adopt(css)
  const rate = (score: Score) => () => {
    model.rate(score)
    setState('rated')
    onDone()
    void sendRating(() => model.conversation.rate(score), systemClock).then((isKept) => isKept || setState('failed'))
  }
  const said = { asked: words.rateQuestion, rated: words.rateThanks, failed: words.rateFailed }
  return (
    <section class="rating" part="rating" aria-label={words.rateQuestion}>
      <p role="status">{said[state]}</p>
      {state !== 'rated' && (
        <>
          <button type="button" class="round" aria-label={words.rateGood} title={words.rateGood} onClick={rate('good')}>
            <Shape d={GOOD} />
          </button>
          <button type="button" class="round" aria-label={words.rateBad} title={words.rateBad} onClick={rate('bad')}>
            <Shape d={BAD} />
          </button>
        </>
      )}
    </section>
  )
}
