/** The text box: always there, in the same thread as the voice. */
import type { RefObject } from 'preact'
import { useLayoutEffect, useState } from 'preact/hooks'
import { MAX_TEXT } from '../../protocol/frames.ts'
import { Icon } from './icon.tsx'
import { isComposing } from './keys.ts'
import type { PanelModel } from './panel-model.ts'

export interface ComposerProps {
  model: PanelModel
  box: RefObject<HTMLTextAreaElement | null>
  /** Set when a voice call can be started from here. */
  onVoice: (() => void) | undefined
}

export function Composer({ model, box, onVoice }: ComposerProps) {
  const [text, setText] = useState('')
  const words = model.texts.value
  const image = model.image.value
  const parts = model.imageParts.value
  const ready = text.trim() !== '' || image !== null

  // Grows with its text; the stylesheet sets where it starts to scroll.
  useLayoutEffect(() => {
    const area = box.current
    if (!area) return
    area.style.blockSize = ''
    // To ask how high it is makes the browser lay out the whole panel.
    if (text) area.style.blockSize = `${area.scrollHeight}px`
  }, [text, box])

  const send = () => {
    if (!ready) return
    model.send(text.trim(), image)
    model.image.value = null
    setText('')
  }

  return (
    <form
      class="composer"
      part="composer"
      onSubmit={(event) => {
        event.preventDefault()
        send()
        box.current?.focus()
      }}
    >
      {parts && <parts.Tray model={model} />}
      <div class="field">
        {parts && <parts.Button model={model} />}
        <textarea
          ref={box}
          rows={1}
          maxLength={MAX_TEXT}
          value={text}
          placeholder={words.placeholder}
          aria-label={words.messageLabel}
          enterkeyhint="send"
          // Without words it is the panel's, so that the placeholder stands where they will.
          dir={text ? 'auto' : undefined}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || isComposing(event)) return
            event.preventDefault()
            send()
          }}
        />
        {onVoice && !ready ? (
          <button
            type="button"
            class="round"
            aria-label={words.startTalking}
            title={words.startTalking}
            onClick={onVoice}
          >
            <Icon name="mic" />
          </button>
        ) : (
          <button type="submit" class="round send" aria-label={words.send} title={words.send} disabled={!ready}>
            <Icon name="send" />
          </button>
        )}
      </div>
    </form>
  )
}
