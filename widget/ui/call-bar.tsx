/** The running call: mute, what is going on with its level ring, hang up. */
import { useRef } from 'preact/hooks'
import { HoldToTalk } from './hold-to-talk.tsx'
import { Icon } from './icon.tsx'
import { useLevels } from './levels.ts'
import type { PanelModel } from './panel-model.ts'

export function CallBar({ model, onHangUp }: { model: PanelModel; onHangUp: () => void }) {
  const { conversation } = model
  const words = model.texts.value
  const live = conversation.state.value === 'live'
  const muted = conversation.muted.value
  return (
    <section class="call" aria-label={words.live}>
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
      {live && conversation.face.value?.turns === 'push_to_talk' ? (
        <HoldToTalk model={model} />
      ) : (
        <Meter model={model} />
      )}
      <button type="button" class="control danger" aria-label={words.hangUp} title={words.hangUp} onClick={onHangUp}>
        <Icon name="hangUp" />
      </button>
    </section>
  )
}

function Meter({ model }: { model: PanelModel }) {
  const { conversation } = model
  const words = model.texts.value
  const live = conversation.state.value === 'live'
  const activity = conversation.activity.value
  const muted = conversation.muted.value && activity !== 'speaking'
  const ring = useRef<HTMLSpanElement>(null)
  useLevels(ring, conversation, live)
  const doing = !live
    ? words[conversation.state.value === 'reconnecting' ? 'reconnecting' : 'connecting']
    : words[activity]
  return (
    <div class={`meter ${live ? activity : 'waiting'}`}>
      <span class="ring" ref={ring} aria-hidden="true">
        <span class="bars">
          <i />
          <i />
          <i />
          <i />
          <i />
        </span>
      </span>
      <span class="doing">{muted && live ? words.mutedHint : doing}</span>
      {live && activity === 'speaking' && (
        <button type="button" class="link" onClick={() => conversation.interrupt()}>
          {words.interrupt}
        </button>
      )}
    </div>
  )
}
