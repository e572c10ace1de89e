/** Above the text box: the ways to show a picture, and the one that goes with the next message. Takes what is pasted and dropped. */
import { useEffect, useRef } from 'preact/hooks'
import type { ImageWay } from '../../protocol/image.ts'
import { sheet } from './dom.ts'
import { Icon } from './icon.tsx'
import css from './image.css?inline'
import { ImageCanvas } from './image-canvas.tsx'
import { draftOf, type ImageDraft } from './image-draft.ts'
import { watchPanel } from './image-drop.ts'
import { imageTexts } from './image-texts.ts'
import type { PanelModel } from './panel-model.ts'

const ACCEPT = 'image/*'

export function ImageTray({ model }: { model: PanelModel }) {
  const draft = draftOf(model)
  const box = useRef<HTMLDivElement>(null)
  useStyle(box)
  useEffect(() => watchPanel(box.current?.closest<HTMLElement>('.panel'), draft), [draft])

  const words = imageTexts(model.language.value)
  const state = draft.state.value
  const image = model.image.value
  const focusText = () => box.current?.parentElement?.querySelector('textarea')?.focus()
  const remove = () => {
    draft.remove()
    focusText()
  }
  const remark = draft.remark.value

  return (
    <div class="images" ref={box}>
      {state === 'choosing' && <Ways model={model} draft={draft} onChosen={focusText} />}
      {state === 'dropping' && <p class="drop">{words.drop}</p>}
      {typeof state === 'object' && (
        <p class="flaw" role="alert">
          {words.flaws[state.flaw]}
          <Remove label={model.texts.value.dismiss} onClick={remove} />
        </p>
      )}
      {/* It stays in the page, empty: what appears together with its words is not read out. */}
      <p class="unseen" role="status">
        {state === 'preparing' ? words.preparing : image ? words.ready : ''}
      </p>
      {state === 'preparing' && <p class="preparing">{words.preparing}</p>}
      {image && (
        <div class="preview">
          <ImageCanvas jpeg={image.jpeg} size={image} label={words.ready} />
          <p>
            {words.ready}
            {remark && <span>{words[remark]}</span>}
          </p>
          <Remove label={words.remove} onClick={remove} />
        </div>
      )}
    </div>
  )
}

function Ways({ model, draft, onChosen }: { model: PanelModel; draft: ImageDraft; onChosen: () => void }) {
  const words = imageTexts(model.language.value)
  const ways = draft.ways()
  return (
    <div class="choices">
      {ways.map((way) =>
        way === 'screenshot' ? (
          <button key={way} type="button" class="secondary" onClick={() => void draft.takeScreen().then(onChosen)}>
            {words.ways[way]}
          </button>
        ) : (
          <FileWay key={way} way={way} label={words.ways[way]} draft={draft} onChosen={onChosen} />
        ),
      )}
      {ways.includes('screenshot') && <p>{words.screenHint}</p>}
    </div>
  )
}

function FileWay(props: { way: ImageWay; label: string; draft: ImageDraft; onChosen: () => void }) {
  const { way, label, draft, onChosen } = props
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <button type="button" class="secondary" onClick={() => input.current?.click()}>
        {label}
      </button>
      <input
        ref={input}
        type="file"
        hidden
        accept={ACCEPT}
        {...(way === 'camera' ? { capture: 'environment' } : {})}
        onChange={(event) => void draft.take([...(event.currentTarget.files ?? [])]).then(onChosen)}
      />
    </>
  )
}

function Remove({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <button type="button" class="round quiet" aria-label={label} title={label} onClick={onClick}>
      <Icon name="close" />
    </button>
  )
}

/** Styles of this part come and go with it. */
function useStyle(box: { readonly current: HTMLElement | null }): void {
  useEffect(() => {
    const root = box.current?.getRootNode()
    if (!(root instanceof ShadowRoot)) return
    const style = sheet(css)
    root.adoptedStyleSheets.push(style)
    return () => {
      root.adoptedStyleSheets = root.adoptedStyleSheets.filter((other) => other !== style)
    }
  }, [box])
}
