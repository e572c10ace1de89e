/** The conversation so far. Stays at the newest words, unless the visitor scrolled up to read. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { Item } from '../../protocol/item.ts'
import { Bubble } from './bubble.tsx'
import { Icon } from './icon.tsx'
import type { PanelModel } from './panel-model.ts'
import { noticeText } from './texts.ts'
import { formatMoment } from './time.ts'

/** Nearer to the end than this (px) counts as being at the end. */
const AT_END_WITHIN = 40

export function Thread({ model }: { model: PanelModel }) {
  const box = useRef<HTMLDivElement>(null)
  const [following, setFollowing] = useState(true)
  const lines = model.lines.value
  const words = model.texts.value
  const parts = model.imageParts.value
  const state = model.conversation.state.value
  const isOut = state !== 'connecting' && state !== 'live'

  /** Height for which the end was looked up last (px). */
  const height = useRef(0)

  const toEnd = () => {
    const thread = box.current
    if (!thread) return
    height.current = thread.clientHeight
    thread.scrollTo({ top: thread.scrollHeight, behavior: 'instant' })
  }

  // Without a list of dependencies: each caption that grows moves the end.
  useLayoutEffect(() => {
    if (following) toEnd()
  })

  // Banners and the panel itself come and go, which changes the room without drawing the thread anew.
  useLayoutEffect(() => {
    const thread = box.current
    if (!thread || !following) return
    const observer = new ResizeObserver(toEnd)
    observer.observe(thread)
    return () => observer.disconnect()
  }, [following])

  const onScroll = () => {
    const thread = box.current
    // What comes below has just taken room from the thread: that is no scrolling, and the observer goes to the end.
    if (following && thread?.clientHeight !== height.current) return
    if (thread) setFollowing(thread.scrollHeight - thread.scrollTop - thread.clientHeight < AT_END_WITHIN)
  }

  return (
    <div class="reading">
      {/* A log is read out by itself, each growing caption again and again: the announcer does that better. */}
      <div
        class="thread"
        part="thread"
        role="log"
        aria-live="off"
        aria-label={words.thread}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by keyboard (WCAG 2.1.1)
        tabIndex={0}
        ref={box}
        onScroll={onScroll}
      >
        {lines.map((line) =>
          line.type === 'remark' ? (
            <p key={line.id} class="remark">
              {words[line.text]}
            </p>
          ) : line.type === 'time' ? (
            <p key={line.id} class="remark">
              <time dateTime={new Date(line.at).toISOString()}>
                {formatMoment(line.at, Date.now(), model.language.value)}
              </time>
            </p>
          ) : line.item.role === 'notice' ? (
            <p key={line.id} class="remark">
              {noticeText(words, line.item.text)}
            </p>
          ) : (
            <Bubble
              key={line.id}
              model={model}
              item={line.item}
              parts={line.item.image ? parts : null}
              follows={line.follows}
              isEcho={model.conversation.echoes.value.has(line.id)}
              isUnsent={isOut && isTyped(line.item)}
              name={model.name.value}
              words={words}
              language={model.language.value}
            />
          ),
        )}
        {model.conversation.atWork.value.length > 0 && <p class="remark">{words.atWork}</p>}
      </div>
      {!following && (
        <button type="button" class="round newest" aria-label={words.newest} title={words.newest} onClick={toEnd}>
          <Icon name="down" />
        </button>
      )}
    </div>
  )
}

/** Written by the visitor, and not acknowledged by the broker. */
function isTyped({ role, via, status, text }: Item): boolean {
  return role === 'user' && via === 'text' && status === 'in_progress' && text !== ''
}
