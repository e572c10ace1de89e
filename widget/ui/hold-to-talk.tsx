/** Push-to-talk: speaks as long as finger, mouse button, space bar or Enter is down. */
import { useLayoutEffect, useState } from 'preact/hooks'
import { Icon } from './icon.tsx'
import type { PanelModel } from './panel-model.ts'

export function HoldToTalk({ model }: { model: PanelModel }) {
  const { conversation } = model
  const [held, setHeld] = useState(false)

  // Also when the button goes away or loses the focus meanwhile: nobody is heard without holding it.
  useLayoutEffect(() => {
    if (!held) return
    conversation.talk(true)
    return () => conversation.talk(false)
  }, [held, conversation])

  const isHoldKey = (event: KeyboardEvent) => event.key === ' ' || event.key === 'Enter'
  return (
    <button
      type="button"
      class={`primary hold${held ? ' held' : ''}`}
      aria-pressed={held}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        setHeld(true)
      }}
      onPointerUp={() => setHeld(false)}
      onPointerCancel={() => setHeld(false)}
      onBlur={() => setHeld(false)}
      onContextMenu={(event) => event.preventDefault()}
      onKeyDown={(event) => {
        if (!isHoldKey(event)) return
        event.preventDefault()
        setHeld(true)
      }}
      onKeyUp={(event) => {
        if (isHoldKey(event)) setHeld(false)
      }}
    >
      <Icon name="mic" />
      {held ? model.texts.value.hearing : model.texts.value.holdToTalk}
    </button>
  )
}
