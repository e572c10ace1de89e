/** Push-to-talk: speaks as long as finger, mouse button, space bar or Enter is down. The panel knows the space bar, too (keys.ts). */
import { useLayoutEffect, useState } from 'preact/hooks'
import css from './hold-to-talk.css?inline'
import { Icon } from './icon.tsx'
import type { PanelModel } from './panel-model.ts'

export function HoldToTalk({ model }: { model: PanelModel }) {
  const { conversation, isHeld } = model
  const held = isHeld.value
  model.adopt(css)
  /** Held is not heard: the broker may be out of reach just now. */
  const [isHeard, setHeard] = useState(false)
  const hold = (now: boolean) => () => {
    isHeld.value = now
  }

  // Also when the button goes away or loses the focus meanwhile: nobody is heard without holding it.
  useLayoutEffect(() => {
    if (!held) return
    setHeard(conversation.talk(true))
    return () => {
      conversation.talk(false)
      setHeard(false)
    }
  }, [held, conversation])
  useLayoutEffect(() => hold(false), [])

  const isHoldKey = (event: KeyboardEvent) => event.key === ' ' || event.key === 'Enter'
  return (
    <button
      type="button"
      class={`primary hold${isHeard ? ' held' : ''}`}
      aria-pressed={isHeard}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        isHeld.value = true
      }}
      onPointerUp={hold(false)}
      onPointerCancel={hold(false)}
      onBlur={hold(false)}
      onContextMenu={(event) => event.preventDefault()}
      onKeyDown={(event) => {
        if (!isHoldKey(event)) return
        event.preventDefault()
        isHeld.value = true
      }}
      onKeyUp={(event) => {
        if (isHoldKey(event)) isHeld.value = false
      }}
    >
      <Icon name="mic" />
      {isHeard ? model.texts.value.hearing : model.texts.value.holdToTalk}
    </button>
  )
}
