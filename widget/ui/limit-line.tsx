/** One quiet line: how long the call goes on, or that its money comes to an end. The announcer has said it once. */
import { useEffect, useState } from 'preact/hooks'
import type { Language } from './language.ts'
import css from './limit-line.css?inline'
import type { Limit } from './limit-near.ts'
import type { PanelModel } from './panel-model.ts'
import { formatElapsed, isoDuration } from './time.ts'

export function LimitLine({ model, limit }: { model: PanelModel; limit: Limit }) {
  const words = model.texts.value
  model.adopt(css)
  return (
    <p class="limit">
      {limit.cap === 'time_cap' ? (
        <>
          {words.near.time} <Countdown endsAt={limit.endsAt} language={model.language.value} />
        </>
      ) : (
        words.near[limit.cap]
      )}
    </p>
  )
}

/** @param endsAt ms since 1970 */
function Countdown({ endsAt, language }: { endsAt: number; language: Language }) {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  const left = Math.ceil((endsAt - now) / 1000) * 1000
  return <time dateTime={isoDuration(left)}>{formatElapsed(left, language)}</time>
}
