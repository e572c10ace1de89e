/** `parley/client`: the conversation without a face, for websites that draw their own. Importing it touches nothing. */
import { computed, effect, untracked } from '@preact/signals'
import { createConversation } from '../client/conversation.ts'
import type { PageTool } from '../client/page-tools.ts'
import { publicItem } from '../client/public-item.ts'
import type { Ports } from '../device/ports.ts'
import { createPageContext } from '../ui/page-context.ts'
import { originOf } from '../ui/settings.ts'
import type {
  ParleyError,
  ParleyItem,
  ParleyMode,
  ParleyNotice,
  ParleyQuestion,
  ParleyState,
  ParleyTool,
  ParleyTransport,
  ParleyTurnTaking,
} from './types.ts'

export type * from './types.ts'

export interface ParleyOptions {
  /** Origin of the broker, such as `https://voice.example.com`. */
  broker: string
  /** Name of the agent there. */
  agent: string
  /** Plays the assistant. By default an element of its own, outside the document. */
  audio?: HTMLAudioElement
  /** For tests: `scriptedBroker().transport` of `parley/testing`. */
  transport?: ParleyTransport
}

/** Everything that can be shown, at one moment. Another object after each change, the same one otherwise. */
export interface ParleySnapshot {
  readonly state: ParleyState
  readonly mode: ParleyMode
  /** In the order of the conversation; live captions are already in the text. */
  readonly items: readonly ParleyItem[]
  /** What the assistant is doing. */
  readonly activity: 'listening' | 'hearing' | 'thinking' | 'speaking'
  /** A tool takes long. */
  readonly working: boolean
  /** What the visitor is asked, the oldest first. */
  readonly questions: readonly ParleyQuestion[]
  readonly muted: boolean
  readonly turnTaking: ParleyTurnTaking
  /** How the sound travels, null without a call. */
  readonly path: 'webrtc' | 'relay' | null
  /** ms since 1970 when the running call went live, null otherwise. */
  readonly liveSince: number | null
  readonly error: ParleyError | null
  /** The agent's public name and colour, once they are known. */
  readonly agent: {
    readonly name: string
    readonly tagline: string
    readonly accent: string | null
    /** What the visitor has to agree to before anything begins (`agree`); null: nothing. */
    readonly consent: { readonly text: string; readonly url?: string | undefined } | null
  } | null
  /** There is an earlier conversation to go on with. */
  readonly resumable: boolean
}

/** What is told when it happens; each has the `detail` of the element's event of that name (docs/widget.md, Events). */
export interface ParleyEvents {
  state: { state: ParleyState; previous: ParleyState }
  item: ParleyItem
  notice: ParleyNotice
  error: ParleyError
}

export interface Parley {
  readonly snapshot: ParleySnapshot
  /** Told after each change of `snapshot`. Answers what stops it. */
  subscribe(listener: () => void): () => void
  /** Answers what stops it. */
  on<Name extends keyof ParleyEvents>(name: Name, listener: (detail: ParleyEvents[Name]) => void): () => void
  /** Shows the conversation of this tab, if there is one, without starting a call. */
  restore(): Promise<void>
  /**
   * Starts or continues, by voice unless told otherwise. Call it inside the visitor's click. Resolves when it is live or has
   * failed; never rejects: see `error`. `takeOver`: also if another tab has the conversation.
   */
  start(options?: { mode?: ParleyMode; takeOver?: boolean }): Promise<void>
  /** Hangs up and keeps the conversation. */
  end(): Promise<void>
  /** Typed text, at most 8,000 characters; starts a text conversation when nothing is running. */
  send(text: string): void
  /** Of the running call; each start begins unmuted. */
  setMuted(muted: boolean): void
  /** Stops what the assistant is saying. */
  interrupt(): void
  /** The visitor has agreed to `snapshot.agent.consent`. @param lang language in which it was shown, such as `de` */
  agree(lang: string): void
  /** How the conversation was; may be changed. Rejects when the broker cannot be reached: try again. */
  rate(score: 'good' | 'bad'): Promise<void>
  takeTurns(how: ParleyTurnTaking): void
  /** Push-to-talk: held, or let go. Answers whether the visitor is heard now: not without a call, nor while the broker cannot be told. */
  talk(on: boolean): boolean
  /** The visitor's answer to a question, by hand. False when it could not be sent. */
  confirm(item: string, yes: boolean): boolean
  /** This page does a tool of the assistant. Answers what takes the handler away again. */
  onTool(name: string, handler: ParleyTool): () => void
  /** What is on the page now, as text or JSON, 4 kB at most; null takes it back. Starts nothing. */
  setContext(data: unknown): void
  /** Inside a click, after the error `audio_blocked`. */
  unblockSound(): void
  dismissError(): void
  /** Loudness 0…1 right now, for a meter. */
  levels(): { input: number; output: number }
  /** Erases the conversation, at the broker and here. */
  forget(): Promise<void>
  /** Ends everything and lets go of it. */
  dispose(): void
}

/** @throws TypeError when `broker` is no address */
export function createParley({ broker, agent, audio, transport }: ParleyOptions): Parley {
  const origin = originOf(broker)
  if (!origin) throw new TypeError(`createParley: broker is not an address: ${broker}`)
  const tools = new Map<string, PageTool>()
  // Opaque outside: what scriptedBroker() made, or nothing.
  const { ports, audio: scripted } = (transport ?? {}) as { ports?: Partial<Ports>; audio?: HTMLAudioElement }
  const player = audio ?? scripted ?? newPlayer()
  const conversation = createConversation({ broker: origin, agent, audio: player, tools }, ports)
  const context = createPageContext((text) => conversation.setContext(text))
  const snapshot = computed((): ParleySnapshot => {
    const face = conversation.face.value
    return {
      state: conversation.state.value,
      mode: conversation.mode.value,
      items: conversation.items.value.map(publicItem),
      activity: conversation.activity.value,
      working: conversation.atWork.value.length > 0,
      questions: conversation.questions.value,
      muted: conversation.muted.value,
      turnTaking: conversation.turnTaking.value,
      path: conversation.path.value,
      liveSince: conversation.liveSince.value,
      error: conversation.trouble.value,
      agent: face && {
        name: face.name,
        tagline: face.tagline,
        accent: face.theme.accent ?? null,
        consent: face.consent ? { text: face.consent.text, url: face.consent.url } : null,
      },
      resumable: conversation.resumable.value,
    }
  })
  const stops = new Set<() => void>()
  const until = (stop: () => void) => {
    stops.add(stop)
    return () => {
      stops.delete(stop)
      stop()
    }
  }

  return {
    get snapshot() {
      return snapshot.value
    },
    subscribe(listener) {
      let isFirst = true
      const tell = () => {
        try {
          listener()
        } catch (error) {
          reportError(error)
        }
      }
      const stop = effect(() => {
        snapshot.value
        if (!isFirst) untracked(tell)
        isFirst = false
      })
      return until(stop)
    },
    on(name, listener) {
      // Each name has a detail of its own, which the compiler cannot follow through the switch.
      const tell = listener as (detail: ParleyEvents[keyof ParleyEvents]) => void
      const stop = conversation.on((event) => {
        if (event.type === 'state' && name === 'state') tell({ state: event.state, previous: event.previous })
        else if (event.type === 'item' && name === 'item') tell(publicItem(event.item))
        else if (event.type === 'notice' && name === 'notice') tell(event.notice)
        else if (event.type === 'trouble' && name === 'error') tell(event.trouble)
      })
      return until(stop)
    },
    restore: () => conversation.restore(),
    start: (options) => conversation.start(options),
    end: () => conversation.end(),
    send: (text) => conversation.send(text),
    setMuted: (muted) => conversation.setMuted(muted),
    interrupt: () => conversation.interrupt(),
    agree: (lang) => conversation.agree(lang),
    rate: (score) => conversation.rate(score),
    takeTurns: (how) => conversation.takeTurns(how),
    talk: (on) => conversation.talk(on),
    confirm: (item, yes) => conversation.confirm(item, yes),
    onTool(name, handler) {
      tools.set(name, handler)
      return () => void (tools.get(name) === handler && tools.delete(name))
    },
    setContext: (data) => context.set(data),
    unblockSound: () => conversation.play(),
    dismissError: () => conversation.dismissTrouble(),
    levels: () => conversation.levels(),
    forget: () => conversation.forget(),
    dispose() {
      context.stop()
      conversation.dispose()
      for (const stop of stops) stop()
      stops.clear()
    },
  }
}

function newPlayer(): HTMLAudioElement {
  const player = document.createElement('audio')
  player.autoplay = true
  player.setAttribute('playsinline', '')
  return player
}
