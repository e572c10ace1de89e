/** The running call: mute, what is going on with its level ring, hang up. */
import { HoldToTalk } from './extras.tsx'
import { Icon } from './icon.tsx'
import { LevelRing } from './level-ring.tsx'
import type { PanelModel } from './panel-model.ts'

export function CallBar({ model, onHangUp }: { model: PanelModel; onHangUp: () => void }) {
  const { conversation } = model
  const words = model.texts.value
  const live = conversation.state.value === 'live'
  const muted = conversation.muted.value
  return (
    <section class="call" part="call" aria-label={words.live}>
      <button
        type="button"
        class={`control${muted ? ' on' : ''}`}
        aria-label={muted ? words.unmute : words.mute}
        title={muted ? words.unmute : words.mute}
        aria-pressed={muted}
        disabled={!live}
        onClick={() => conversation.setMuted(!muted)}
      >
        <Icon name={muted ? 'micOff' : 'mic'} />
      </button>
      {model.isPushToTalk.value ? <HoldToTalk model={model} /> : <Meter model={model} />}
      <button type="button" class="control danger" aria-label={words.hangUp} title={words.hangUp} onClick={onHangUp}>
        <Icon name="hangUp" />
      </button>
    </section>
  )
}

function Meter({ model }: { model: PanelModel }) {
  const { conversation } = model
  const words = model.texts.value
  const speaking = conversation.state.value === 'live' && conversation.activity.value === 'speaking'
  return (
    <div class="meter">
      {/* While nothing was said yet, the large ring in the middle and its words are enough. */}
      {model.lines.value.length > 0 && (
        <>
          <LevelRing model={model} />
          <span class="doing">{doingWords(model)}</span>
        </>
      )}
      {conversation.path.value === 'relay' && (
        <span class="path" title={words.relayedHint}>
          {words.relayed}
        </span>
      )}
      {speaking && (
        <button
          type="button"
          class="link"
          aria-label={words.interruptLabel}
          title={words.interruptLabel}
          onClick={() => conversation.interrupt()}
        >
          <Icon name="stop" />
          <span>{words.interrupt}</span>
        </button>
      )}
    </div>
  )
}

function doingWords(model: PanelModel): string {
  const { state, activity, muted, atWork } = model.conversation
  const words = model.texts.value
  if (state.value === 'reconnecting') return words.reconnecting
  if (state.value !== 'live') return words.connecting
  // Who is muted is not listened to, whatever the provider believes.
  if (muted.value && (activity.value === 'listening' || activity.value === 'hearing')) return words.mutedHint
  if (atWork.value.length > 0 && activity.value === 'thinking') return words.usingTool
  return words[activity.value]
}
