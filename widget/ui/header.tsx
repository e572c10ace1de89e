/** Who one talks with, how things stand, and the way out. */
import { Elapsed } from './elapsed.tsx'
import { CardToggle } from './extras.tsx'
import { Icon } from './icon.tsx'
import type { PanelIconName } from './panel-icons.ts'
import { type PanelModel, stateWords } from './panel-model.ts'

export function Header({ model, onClose }: { model: PanelModel; onClose: () => void }) {
  const { conversation, isCompact, isMoreOpen } = model
  const words = model.texts.value
  const hasMore =
    conversation.items.value.length > 0 || conversation.resumable.value || conversation.state.value === 'live'
  return (
    <header class="header" part="header">
      <span class="avatar" part="avatar">
        <Icon name="voice" />
      </span>
      <div class="who">
        <h2 dir="auto">{model.name}</h2>
        <Status model={model} />
      </div>
      {hasMore && !isCompact.value && (
        <Quiet
          icon="more"
          label={words.more}
          expanded={isMoreOpen.value}
          onClick={() => {
            isMoreOpen.value = !isMoreOpen.value
          }}
        />
      )}
      {model.settings.value.layout === 'card' && <CardToggle model={model} />}
      <Quiet icon="minimise" label={words.close} onClick={onClose} />
    </header>
  )
}

interface QuietProps {
  icon: PanelIconName
  label: string
  expanded?: boolean
  onClick: () => void
}

function Quiet({ icon, label, expanded, onClick }: QuietProps) {
  return (
    <button
      type="button"
      class="round quiet"
      aria-label={label}
      title={label}
      aria-expanded={expanded}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
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
