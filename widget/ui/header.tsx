/** Who one talks with, how things stand, and the way out. */
import { Elapsed } from './elapsed.tsx'
import { Icon } from './icon.tsx'
import { type PanelModel, stateWords } from './panel-model.ts'

export function Header({ model, onClose }: { model: PanelModel; onClose: () => void }) {
  const { conversation } = model
  const words = model.texts.value
  const canForget = conversation.items.value.length > 0 || conversation.resumable.value
  return (
    <header class="header" part="header">
      <span class="avatar">
        <Icon name="voice" />
      </span>
      <div class="who">
        <h2 dir="auto">{model.name}</h2>
        <Status model={model} />
      </div>
      {canForget && (
        <button
          type="button"
          class="round quiet"
          aria-label={words.forget}
          title={words.forget}
          aria-expanded={model.askingToForget.value}
          onClick={() => {
            model.askingToForget.value = !model.askingToForget.value
          }}
        >
          <Icon name="erase" />
        </button>
      )}
      <button type="button" class="round quiet" aria-label={words.close} title={words.close} onClick={onClose}>
        <Icon name="minimise" />
      </button>
    </header>
  )
}

function Status({ model }: { model: PanelModel }) {
  const { conversation } = model
  const state = conversation.state.value
  return (
    <p class="status">
      <span class={`dot ${state}`} />
      <span>{stateWords(model.texts.value, state, conversation.mode.value)}</span>
      {state === 'live' && conversation.mode.value === 'voice' && (
        <Elapsed
          since={conversation.liveSince.value}
          label={model.texts.value.elapsed}
          language={model.language.value}
        />
      )}
    </p>
  )
}
