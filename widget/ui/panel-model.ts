/** What the panel's components share: the conversation, the words, and the little state that only the screen has. */
import { batch, computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import type { Score } from '../../protocol/rating.ts'
import type { Conversation, ShownImage, Trouble } from '../client/types.ts'
import { createConsent } from './consent-gate.ts'
import { followTexts } from './follow-texts.ts'
import type { Language } from './language.ts'
import { createLimitNear, type Limit, limitWords } from './limit-near.ts'
import { type ImageParts, loadImageParts } from './load-image-parts.ts'
import { type OwnTexts, override } from './override.ts'
import type { Mode, Settings } from './settings.ts'
import type { TextFiles } from './text-files.ts'
import { texts as english } from './texts/en.ts'
import { type Texts, troubleText } from './texts.ts'
import { isShown, type Line, type Remark, type RemarkText, threadLines } from './thread-lines.ts'

export interface PanelModel {
  readonly conversation: Conversation
  readonly settings: Signal<Settings>
  readonly language: ReadonlySignal<Language>
  readonly texts: ReadonlySignal<Texts>
  /** The website's own words, for texts that are fetched later. */
  readonly ownTexts: ReadonlySignal<OwnTexts>
  readonly name: ReadonlySignal<string>
  readonly isOpen: Signal<boolean>
  /** To be sent with the next message. */
  readonly image: Signal<ShownImage | null>
  /** What pictures need, loaded where they are taken or were shown. */
  readonly imageParts: ReadonlySignal<ImageParts | null>
  /** The card is shown instead of the whole panel. */
  readonly isCompact: Signal<boolean>
  readonly isMoreOpen: Signal<boolean>
  /** A call runs in which the visitor is heard while holding a button. */
  readonly isPushToTalk: ReadonlySignal<boolean>
  readonly isHeld: Signal<boolean>
  /** Nothing begins before the visitor has agreed. */
  readonly asksConsent: ReadonlySignal<boolean>
  /** Plays the assistant. */
  readonly audio: HTMLAudioElement
  /** Chosen by the visitor; empty for the system's choice. */
  readonly microphone: Signal<string>
  readonly speaker: Signal<string>
  readonly lines: ReadonlySignal<readonly Line[]>
  /** The running call comes near this cap. */
  readonly limit: ReadonlySignal<Limit | null>
  /** Read out by screen readers. */
  readonly announcement: ReadonlySignal<string>
  /** Inside the visitor's tap. */
  start(mode?: Mode): Promise<void>
  send(text: string, image?: ShownImage | null): void
  takeWay(way: Trouble['ways'][number]): void
  forget(): Promise<void>
  /** The visitor agrees to what the agent asks; goes on with what was wanted. Inside the tap. */
  agree(): void
  rate(score: Score): void
  /** Adds a stylesheet once, for what is fetched on demand. */
  adopt(css: string): void
  dispose(): void
}

/** What the model needs of the page. */
export interface PanelPage {
  /** @param wish of the website; may be empty */
  languageFor(wish: string): Language
  textFiles: TextFiles
  audio: HTMLAudioElement
  adopt(css: string): void
  rated(score: Score): void
}

export function createPanelModel(conversation: Conversation, settings: Signal<Settings>, page: PanelPage): PanelModel {
  const language = computed(() => page.languageFor(settings.value.lang))
  const ours = signal(english)
  const stopReading = effect(() =>
    followTexts(language.value, page.textFiles, (texts) => {
      ours.value = texts
    }),
  )
  const words = computed(() => override(ours.value, settings.value.texts))
  const remarks = signal<readonly Remark[]>([])
  const announcement = signal('')
  const isMoreOpen = signal(false)
  const consent = createConsent(conversation)
  const limitNear = createLimitNear()

  const newest = () => conversation.items.value.at(-1)?.position ?? Number.NEGATIVE_INFINITY
  const remark = (text: RemarkText, after = newest()) => {
    remarks.value = [...remarks.value, { id: `remark-${remarks.value.length}`, text, after }]
  }

  /** Where an earlier conversation ended that is being gone on with; a greeting may come before the call counts as live. */
  let earlierUpTo: number | null = null

  /** The assistant ends the call itself. */
  let saidGoodbye = false

  const stopListening = conversation.on((event) => {
    if (event.type === 'notice') saidGoodbye = event.notice.reason === 'assistant'
    if (event.type === 'state') {
      const { state, previous } = event
      if (state === 'live' && previous === 'reconnecting') remark('reconnected')
      const isVoice = conversation.mode.value === 'voice'
      if (state === 'connecting') {
        const goesOn = isVoice && previous !== 'live' && conversation.items.value.some(isShown)
        earlierUpTo = goesOn ? newest() : null
      }
      if (state === 'live' && earlierUpTo !== null) {
        remark('goneOn', earlierUpTo)
        earlierUpTo = null
      }
      if (state === 'ended' && isVoice && previous !== 'connecting') remark(saidGoodbye ? 'saidGoodbye' : 'callEnded')
      announcement.value = stateWords(words.value, state, conversation.mode.value)
    }
    if (event.type === 'trouble') {
      const { title, text } = troubleText(words.value, event.trouble)
      announcement.value = `${title}. ${text}`
    }
    const near = limitNear.hear(event)
    if (near) announcement.value = limitWords(near, words.value, language.value)
    if (event.type !== 'item' || event.item.status !== 'completed') return
    const { role, author, text } = event.item
    // In a voice call the assistant is heard already; reading it out as well would talk over it, and into the microphone.
    if (role === 'assistant' && conversation.mode.value === 'text') announcement.value = text
    // Nobody says what a person has written.
    if (author) announcement.value = `${author}: ${text}`
  })

  const stopWatching = effect(() => {
    // In a voice call the assistant says so itself.
    const isSaid = conversation.mode.value === 'voice'
    if (conversation.atWork.value.length > 0 && !isSaid) announcement.value = words.value.atWork
  })

  let wasStarted = false
  const start = async (mode: Mode = settings.value.mode) => {
    wasStarted = true
    const begin = () => conversation.start({ mode })
    if (!consent.holds(begin)) await begin()
  }

  const takeWay = (way: Trouble['ways'][number]) => {
    if (way === 'play') return conversation.play()
    if (way === 'half_duplex' || way === 'push_to_talk') return conversation.takeTurns(way)
    const mode = way === 'text' ? 'text' : conversation.mode.value
    // The conversation may have gone over to text by itself: then there is only the banner to close.
    if (way === 'text' && conversation.mode.value === 'text' && conversation.state.value === 'live') {
      return conversation.dismissTrouble()
    }
    if (way === 'retry' && !wasStarted) {
      // The panel was only opened: to try again is to look again, not to start a call nobody asked for.
      conversation.dismissTrouble()
      return void conversation.restore()
    }
    wasStarted = true
    void conversation.start(way === 'take_over' ? { mode, takeOver: true } : { mode })
  }

  const forget = async () => {
    await conversation.forget()
    batch(() => {
      isMoreOpen.value = false
      if (conversation.items.value.length > 0) return
      remarks.value = []
      announcement.value = words.value.forgotten
    })
  }

  const imageParts = loadImageParts(conversation)

  return {
    conversation,
    settings,
    language,
    texts: words,
    ownTexts: computed(() => settings.value.texts),
    name: computed(() => conversation.face.value?.name || words.value.assistant),
    isOpen: signal(false),
    isCompact: signal(settings.value.layout === 'card'),
    isMoreOpen,
    isPushToTalk: computed(
      () =>
        conversation.state.value === 'live' &&
        [conversation.face.value?.turns, conversation.turnTaking.value].includes('push_to_talk'),
    ),
    isHeld: signal(false),
    asksConsent: consent.isAsked,
    audio: page.audio,
    microphone: signal(''),
    speaker: signal(''),
    limit: limitNear.limit,
    lines: computed(() => threadLines(conversation.items.value, remarks.value)),
    image: signal(null),
    imageParts: imageParts.parts,
    announcement,
    start,
    takeWay,
    send(text, image) {
      const say = () => conversation.send(text, image)
      if (!consent.holds(say)) say()
    },
    forget,
    agree: () => consent.agree(language.value),
    rate: page.rated,
    adopt: page.adopt,
    dispose: () => {
      imageParts.stop()
      stopListening()
      stopReading()
      stopWatching()
    },
  }
}

/** What the button says of a voice call. */
export function callWords({ conversation, texts }: Pick<PanelModel, 'conversation' | 'texts'>): {
  call: string
  muted: boolean
} {
  const state = conversation.state.value
  const muted = state === 'live' && conversation.muted.value
  const isCall = conversation.mode.value === 'voice' && state !== 'idle' && state !== 'ended'
  const words = texts.value
  return { call: isCall ? words[state] + (muted ? ` · ${words.muted}` : '') : '', muted }
}

/** The state of the conversation in words, for eyes and ears. */
export function stateWords(words: Texts, state: Conversation['state']['value'], mode: Mode): string {
  if (state === 'idle') return words.ready
  if (state === 'live') return mode === 'text' ? words.liveText : words.live
  if (state === 'ended') return mode === 'text' ? words.endedText : words.ended
  return words[state]
}
