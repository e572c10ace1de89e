/** What the conversation without a face offers to the element and the UI. Implemented by `createConversation`. */

import type { ReadonlySignal } from '@preact/signals'
import type { AgentFace } from '../../protocol/api.ts'
import type { ErrorCode } from '../../protocol/errors.ts'
import type { Activity, NoticeFrame } from '../../protocol/frames.ts'
import type { ImageSize } from '../../protocol/image.ts'
import type { Item } from '../../protocol/item.ts'
import type { Score } from '../../protocol/rating.ts'
import type { Link } from './broker.ts'
import type { PageTool } from './page-tools.ts'
import type { Path } from './path.ts'

export type ConversationState = 'idle' | 'connecting' | 'live' | 'reconnecting' | 'ended'
export type Mode = 'voice' | 'text'
/**
 * When the visitor is heard in a call. `free`: always. `half_duplex`: not while the assistant speaks. `push_to_talk`: while a
 * button is held; agents with `turns: 'push_to_talk'` are so by themselves. Both keep the assistant from hearing itself.
 */
export type TurnTaking = 'free' | 'half_duplex' | 'push_to_talk'

/** Failures that arise in the page; the broker's own codes are in protocol/errors.ts. */
export type WidgetErrorCode =
  | 'mic_denied'
  | 'mic_missing'
  | 'mic_busy'
  | 'mic_unavailable'
  | 'mic_slow'
  | 'insecure_page'
  | 'webrtc_missing'
  | 'connect_timeout'
  | 'slow_network'
  | 'echo'
  | 'broker_unreachable'
  | 'audio_blocked'
  | 'in_other_tab'
  | 'superseded'
  | 'gave_up'
  | 'no_answer'
  | 'limit_reached'

/** Something went wrong, or needs the visitor. The UI says what happened and offers the way forward. */
export interface Trouble {
  code: WidgetErrorCode | ErrorCode
  /** `text`: go on by typing. `retry`: try again. `take_over`: move the conversation here. `play`: a tap unblocks sound. Else: `takeTurns`. */
  ways: readonly ('text' | 'retry' | 'take_over' | 'play' | 'half_duplex' | 'push_to_talk')[]
  /** Code of the provider behind it, if any. Never free text. */
  cause?: string
}

/** What the visitor is asked before a tool runs. */
export interface Question {
  /** Item of the call. */
  item: string
  label: string
  text: string
}

/** A picture that the visitor shows: made ready by widget/images, within protocol/image.ts. */
export interface ShownImage extends ImageSize {
  /** Without metadata, as base64. */
  jpeg: string
}

export type ConversationEvent =
  | { type: 'state'; state: ConversationState; previous: ConversationState }
  | { type: 'item'; item: Item }
  | { type: 'notice'; notice: NoticeFrame }
  | { type: 'trouble'; trouble: Trouble }

export interface Conversation {
  readonly state: ReadonlySignal<ConversationState>
  readonly mode: ReadonlySignal<Mode>
  /** By ascending position; live captions are already in the text. */
  readonly items: ReadonlySignal<readonly Item[]>
  readonly activity: ReadonlySignal<Activity>
  /** Items of calls of tools that take long. */
  readonly atWork: ReadonlySignal<readonly string[]>
  /** What the visitor is asked, the oldest first. */
  readonly questions: ReadonlySignal<readonly Question[]>
  /** Pictures that this page has shown, by item. After a reload they are gone; what the broker keeps can be asked for. */
  readonly images: ReadonlySignal<ReadonlyMap<string, ShownImage>>
  readonly muted: ReadonlySignal<boolean>
  /** Of the running call; `free` at each start. */
  readonly turnTaking: ReadonlySignal<TurnTaking>
  /** Ids of turns of the visitor that are the assistant's own voice, as it seems. Known to this page only. */
  readonly echoes: ReadonlySignal<ReadonlySet<string>>
  /** How the sound of the running call travels: `relay` where WebRTC did not connect. */
  readonly path: ReadonlySignal<Path | null>
  /** ms since 1970 when the running call went live, null otherwise. */
  readonly liveSince: ReadonlySignal<number | null>
  readonly trouble: ReadonlySignal<Trouble | null>
  readonly face: ReadonlySignal<AgentFace | null>
  /** The session and its newest token, for parts that ask the broker by themselves. */
  readonly link: ReadonlySignal<Link | null>
  /** There is an earlier conversation to go on with. */
  readonly resumable: ReadonlySignal<boolean>
  /** Loudness 0…1 of visitor and assistant right now, for a meter that polls on animation frames. */
  levels(): { input: number; output: number }
  /** Shows the stored thread of this tab without starting a call. Resolves when it is shown, or there is none. */
  restore(): Promise<void>
  /** Must be called inside the visitor's tap, so that microphone and sound are allowed. Never rejects: see `trouble`. */
  start(options?: { mode?: Mode; takeOver?: boolean }): Promise<void>
  /** Hangs up and keeps the conversation. */
  end(): Promise<void>
  /** Typed text, a picture or both; starts a text conversation when nothing is live. */
  send(text: string, image?: ShownImage | null): void
  /** The visitor's answer to a question, by hand. False when it could not be sent. */
  confirm(item: string, yes: boolean): boolean
  setMuted(muted: boolean): void
  /** A `deviceId` of the browser, from now on and for later calls; empty: the system's choice. */
  useMicrophone(deviceId: string): void
  /**
   * The visitor has agreed to what the agent asks (`face.consent`): the broker is told with the session, or the next call.
   * @param lang language of what was around it (BCP 47)
   */
  agree(lang: string): void
  /** What is on the page, for the assistant to know. Starts nothing. */
  setContext(text: string): void
  takeTurns(how: TurnTaking): void
  /** Push-to-talk. Answers whether the visitor is heard: not without a call, nor while the broker cannot be told. */
  talk(on: boolean): boolean
  interrupt(): void
  /** Unblocks sound, inside a tap, after `audio_blocked`. */
  play(): void
  /** The visitor says how it was: the newest counts. Rejects with a BrokerError when it could not be told. */
  rate(score: Score): Promise<void>
  /** Erases the conversation at the broker and here. */
  forget(): Promise<void>
  dismissTrouble(): void
  on(listener: (event: ConversationEvent) => void): () => void
  /** Ends everything and lets go of every track, context, socket and timer. */
  dispose(): void
}

export interface ConversationOptions {
  /** Origin of the broker, such as `https://voice.example.com`. */
  broker: string
  agent: string
  /** The `<audio>` element that plays the assistant; part of the widget's shadow root. */
  audio: HTMLAudioElement
  /** What the page does for the assistant, by name; may come and go at any time. */
  tools?: ReadonlyMap<string, PageTool> | undefined
  /** The agent's face, asked for already; null where that failed. */
  face?: Promise<Response | null> | undefined
}
