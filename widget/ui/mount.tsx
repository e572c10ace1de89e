/// <reference path="./css.d.ts" />
/** Puts conversation and panel into the element's shadow root. */
import { effect, signal } from '@preact/signals'
import { render } from 'preact'
import type { Item } from '../../protocol/item.ts'
import type { Conversation, ConversationOptions, ConversationState } from '../client/types.ts'
import { Announcer } from './announcer.tsx'
import callCss from './call.css?inline'
import controlsCss from './controls.css?inline'
import { element, sheet } from './dom.ts'
import { nextTask } from './next-task.ts'
import panelCss from './panel.css?inline'
import { Panel } from './panel.tsx'
import { callWords, createPanelModel } from './panel-model.ts'
import type { Mode } from './settings.ts'
import type { App, Shell } from './shell.ts'
import threadCss from './thread.css?inline'
import { watchViewport } from './viewport.ts'

/** @param createConversation the real one, or a scripted one in tests */
export function mountApp(shell: Shell, createConversation: (options: ConversationOptions) => Conversation): App {
  const { broker, agent } = shell.settings
  const audio = element('audio', { autoplay: '', playsinline: '' })
  const conversation = createConversation({ broker, agent, audio, face: shell.face, tools: shell.tools })
  const settings = signal(shell.settings)
  const before = [...shell.root.adoptedStyleSheets]
  // The whole panel is better than none, where the file cannot be had.
  let dressed: Promise<void> | undefined
  const dress = () => {
    dressed ??= import('./layouts.ts').then(
      ({ layoutCss }) => adopt(layoutCss),
      () => {
        dressed = undefined
      },
    )
    return dressed
  }
  const adopted = new Set<string>()
  const adopt = (css: string) => {
    if (adopted.has(css)) return
    adopted.add(css)
    shell.root.adoptedStyleSheets.push(sheet(css))
  }
  const model = createPanelModel(conversation, settings, {
    languageFor: shell.languageFor,
    textFiles: shell.textFiles,
    audio,
    adopt,
    rated: (score) => shell.rated(score),
  })
  const [place, speech] = [element('div', { hidden: '' }), element('div')]
  shell.slot.replaceChildren(audio, speech, place)

  let unread = 0
  const stopListening = conversation.on((event) => {
    if (event.type === 'state') shell.state(event.state, event.previous)
    else if (event.type === 'item') {
      if (!model.isOpen.value && isNews(event.item, conversation)) shell.unread(++unread)
      shell.item(event.item)
    } else if (event.type === 'notice') shell.notice(event.notice)
    else shell.trouble(event.trouble)
  })
  const stopMirroring = [
    effect(() => shell.microphone(callWords(model))),
    effect(() => {
      const theme = conversation.face.value?.theme
      if (theme) shell.theme(theme)
    }),
    effect(() => {
      // At once rather than with the next drawing: what is hidden cannot take the focus.
      place.hidden = !model.isOpen.value
      return model.isOpen.value ? watchViewport(place) : undefined
    }),
  ]

  /** Out of sight. What comes before and after it has tasks of its own: each of them is long enough for a phone. */
  const draw = async () => {
    await nextTask()
    if (isGone) return
    adopt(controlsCss + panelCss + threadCss + callCss)
    // Behind those: it changes what they say.
    if (settings.value.layout !== 'panel') await dress()
    render(<Panel model={model} onClose={() => close(true)} />, place)
    await nextTask()
  }

  let drawing: Promise<void> | undefined
  let isDrawn = false
  let isWanted = false
  let isGone = false
  const open = async ({ focus = true }: { focus?: boolean } = {}) => {
    isWanted = true
    const isFirst = !isDrawn
    if (isFirst) {
      drawing ??= draw()
      await drawing
      isDrawn = true
    }
    if (!isWanted) return
    model.isOpen.value = true
    unread = 0
    shell.unread(0)
    shell.shown(true, false)
    if (isFirst) await styled(place)
    if (focus) firstThing(place, conversation.state.value, settings.value.mode).focus({ preventScroll: true })
  }
  const close = (byHand: boolean) => {
    isWanted = false
    if (!model.isOpen.value) return
    model.isOpen.value = false
    shell.shown(false, byHand)
  }

  // Who is to agree to something must see it.
  const stopAsking = effect(() => {
    if (conversation.questions.value.length === 0) return
    // Behind it nothing could be answered.
    model.isMoreOpen.value = false
    void open({ focus: false })
  })

  render(<Announcer model={model} />, speech)
  void conversation.restore()

  return {
    get items() {
      return conversation.items.value
    },
    open,
    close: () => close(false),
    start: (options) => model.start(options?.mode),
    end: () => conversation.end(),
    send: (text) => model.send(text),
    setMuted: (muted) => conversation.setMuted(muted),
    setContext: conversation.setContext,
    configure: (changed) => {
      const isOther = changed.layout !== settings.value.layout
      settings.value = changed
      if (!isOther) return
      model.isCompact.value = changed.layout === 'card'
      if (changed.layout !== 'panel') void drawing?.then(dress)
    },
    dispose: () => {
      isGone = true
      isWanted = false
      for (const stop of [...stopMirroring, stopAsking]) stop()
      stopListening()
      model.dispose()
      for (const root of [place, speech]) render(null, root)
      conversation.dispose()
      shell.slot.replaceChildren()
      shell.root.adoptedStyleSheets = before
    },
  }
}

/** The browser finds out how everything looks now, and where it is in the next task. */
function styled(place: HTMLElement): Promise<void> {
  void getComputedStyle(place).color
  return nextTask()
}

/** Something that was written while nobody looked. What a call says is heard. */
function isNews({ role, status }: Item, { mode }: Conversation): boolean {
  return status === 'completed' && (role === 'person' || (role === 'assistant' && mode.value === 'text'))
}

/** What to do first in the panel: start or continue, write where only text is offered; else the panel itself. */
function firstThing(place: HTMLElement, state: ConversationState, mode: Mode): HTMLElement {
  const canStart = state === 'idle' || state === 'ended'
  const wanted =
    mode === 'text' ? 'textarea' : canStart ? '.welcome .primary, .continue .primary, .consent .primary' : '.panel'
  return place.querySelector<HTMLElement>(wanted) ?? place.querySelector<HTMLElement>('.panel') ?? place
}
