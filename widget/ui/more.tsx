/** What some visitors look for: microphone and loudspeaker, the transcript to take along, forgetting. Fetched when it is opened. */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { DevicePicker } from './device-picker.tsx'
import { COPY, DOWNLOAD, ERASE } from './extra-icons.ts'
import { Shape } from './icon.tsx'
import css from './more.css?inline'
import { withMore } from './more-texts.ts'
import type { PanelModel } from './panel-model.ts'
import { transcriptText } from './transcript-text.ts'

export interface MoreProps {
  model: PanelModel
  /** Everything was erased, and the button that opened this is gone. */
  onForgotten: () => void
}

export function More({ model, onForgotten }: MoreProps) {
  const words = withMore(model.texts.value, model.ownTexts.value)
  const box = useRef<HTMLElement>(null)
  const [isForgetting, setForgetting] = useState(false)
  const isCall = model.conversation.state.value === 'live' && model.conversation.mode.value === 'voice'
  const isEmpty = model.conversation.items.value.length === 0
  model.adopt(css)
  useLayoutEffect(() => box.current?.focus({ preventScroll: true }), [])

  return (
    <section class="more" part="more" aria-label={words.more} tabIndex={-1} ref={box}>
      {isCall && <DevicePicker model={model} />}
      {!isEmpty && <TakeAlong model={model} />}
      {isForgetting ? (
        <ForgetQuestion model={model} onKeep={() => setForgetting(false)} onForgotten={onForgotten} />
      ) : (
        <button type="button" class="row" onClick={() => setForgetting(true)}>
          <Shape d={ERASE} />
          {words.forget}
        </button>
      )}
    </section>
  )
}

/** A download has begun by then. */
const DOWNLOAD_MS = 30_000

/** Copy and download. What came of copying is said in its place, and read out. */
function TakeAlong({ model }: { model: PanelModel }) {
  const words = withMore(model.texts.value, model.ownTexts.value)
  const [said, say] = useState('')
  const text = () => transcriptText(model.conversation.items.value, words, model.name.value, model.language.value)

  const copy = () => {
    // Pages that are not secure have none.
    const copying = navigator.clipboard?.writeText(text()) ?? Promise.reject(new Error('no clipboard'))
    copying.then(
      () => say(words.copied),
      () => say(words.copyFailed),
    )
  }
  const download = () => {
    const url = URL.createObjectURL(new Blob([text()], { type: 'text/plain;charset=utf-8' }))
    const link = document.createElement('a')
    link.href = url
    link.download = `${words.thread}.txt`
    link.click()
    // Safari reads it after the click.
    setTimeout(() => URL.revokeObjectURL(url), DOWNLOAD_MS)
  }
  return (
    <>
      <button type="button" class="row" onClick={copy}>
        <Shape d={COPY} />
        {said || words.copy}
      </button>
      <p class="unseen" role="status">
        {said}
      </p>
      <button type="button" class="row" onClick={download}>
        <Shape d={DOWNLOAD} />
        {words.download}
      </button>
    </>
  )
}

interface ForgetProps {
  model: PanelModel
  onKeep: () => void
  onForgotten: () => void
}

/** Asked before everything is erased, in place: no dialog on top of the dialog. */
function ForgetQuestion({ model, onKeep, onForgotten }: ForgetProps) {
  const words = withMore(model.texts.value, model.ownTexts.value)
  const keep = useRef<HTMLButtonElement>(null)
  useEffect(() => keep.current?.focus(), [])
  return (
    <div class="forget">
      <p>{words.forgetQuestion}</p>
      <div class="ways">
        <button
          type="button"
          class="primary danger"
          onClick={() => {
            void model.forget()
            onForgotten()
          }}
        >
          {words.forgetYes}
        </button>
        <button type="button" class="secondary" ref={keep} onClick={onKeep}>
          {words.forgetNo}
        </button>
      </div>
    </div>
  )
}
