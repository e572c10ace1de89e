/** What went wrong, in plain words, and the ways on. */
import type { Trouble } from '../client/types.ts'
import { Icon } from './icon.tsx'
import type { PanelModel } from './panel-model.ts'
import { troubleText } from './texts.ts'

type Way = Trouble['ways'][number]

const WAY_ICONS = {
  text: 'keyboard',
  retry: 'retry',
  take_over: 'voice',
  play: 'sound',
  half_duplex: 'voice',
  push_to_talk: 'mic',
} as const

export function TroubleBanner({ model, onWay }: { model: PanelModel; onWay: (way: Way) => void }) {
  const trouble = model.conversation.trouble.value
  if (!trouble) return null
  const words = model.texts.value
  const { title, text } = troubleText(model.texts.value, trouble)
  return (
    <section class="banner" part="banner" aria-label={title} data-code={trouble.code}>
      <span class="mark">
        <Icon name="alert" />
      </span>
      <div class="what">
        <h3>{title}</h3>
        <p>{text}</p>
        {trouble.ways.length > 0 && (
          <div class="ways">
            {trouble.ways.map((way, index) => (
              <button key={way} type="button" class={index === 0 ? 'primary' : 'secondary'} onClick={() => onWay(way)}>
                <Icon name={WAY_ICONS[way]} />
                {words.ways[way]}
              </button>
            ))}
          </div>
        )}
      </div>
      <button
        type="button"
        class="round quiet"
        aria-label={words.dismiss}
        title={words.dismiss}
        onClick={() => model.conversation.dismissTrouble()}
      >
        <Icon name="close" />
      </button>
    </section>
  )
}
