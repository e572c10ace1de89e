/** Asks once, after a conversation has ended, how it was. The website is told, nobody else. */
import { useState } from 'preact/hooks'
import { BAD, GOOD } from './extra-icons.ts'
import { Shape } from './icon.tsx'
import css from './more.css?inline'
import { withMore } from './more-texts.ts'
import type { PanelModel } from './panel-model.ts'

export function Rating({ model, onDone }: { model: PanelModel; onDone: () => void }) {
  const words = withMore(model.texts.value, model.ownTexts.value)
  const [isRated, setRated] = useState(false)
  model.adopt(css)
  const rate = (score: 'good' | 'bad') => () => {
    model.rate(score)
    setRated(true)
    onDone()
  }
  return (
    <section class="rating" part="rating" aria-label={words.rateQuestion}>
      <p role="status">{isRated ? words.rateThanks : words.rateQuestion}</p>
      {!isRated && (
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
