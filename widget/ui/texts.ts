/**
 * Every word of the panel; each language is a file in texts/, and the compiler names what is missing there. The words of the button are in
 * launcher-texts.ts. Words in braces are filled in. A length of time comes ready from `Intl`, with the plural that the language wants.
 */
import type { ErrorCode } from '../../protocol/errors.ts'
import type { Cap } from '../../protocol/frames.ts'
import type { Notice } from '../../protocol/item.ts'
import type { Trouble, WidgetErrorCode } from '../client/types.ts'

/** What happened and what can be done, in the visitor's words. */
export interface TroubleText {
  title: string
  text: string
}

export interface Texts {
  assistant: string
  you: string
  close: string
  // states
  ready: string
  connecting: string
  live: string
  liveText: string
  reconnecting: string
  ended: string
  endedText: string
  // activities
  listening: string
  /** Beside what is going on, when WebRTC did not connect. */
  relayed: string
  relayedHint: string
  hearing: string
  thinking: string
  speaking: string
  /** On the button, behind `live`. */
  muted: string
  mutedHint: string
  // welcome
  hello: `${string}{name}${string}`
  startTalking: string
  microphoneHint: string
  textHint: string
  goAhead: string
  // controls
  mute: string
  unmute: string
  hangUp: string
  interrupt: string
  interruptLabel: string
  holdToTalk: string
  continueTalking: string
  stillHere: string
  elapsed: string
  newest: string
  // composer
  placeholder: string
  messageLabel: string
  send: string
  // thread
  thread: string
  interrupted: string
  failed: string
  /** Beside what was written while nobody could be reached. */
  unsent: string
  echo: string
  typing: string
  /** A tool of the assistant takes long. */
  atWork: string
  // lines between the turns
  reconnected: string
  callEnded: string
  saidGoodbye: string
  goneOn: string
  forgotten: string
  /** `page` is never shown. */
  notices: Record<Exclude<Notice, 'page'>, string>
  // a cap that comes near; `time` stands before the minutes and seconds, `spoken` is for the ear
  near: { time: string; spoken: `${string}{left}${string}` } & Record<Exclude<Cap, 'time_cap'>, string>
  // trouble
  ways: Record<Trouble['ways'][number], string>
  dismiss: string
  // a tool that needs the visitor's word
  yes: string
  no: string
  byHand: string
  trouble: Record<WidgetErrorCode, TroubleText> & Partial<Record<ErrorCode, TroubleText>>
  otherTrouble: TroubleText
  /** `limit_reached`, by the cap. */
  limits: Record<Exclude<Cap, 'time_cap' | 'cost_cap'>, TroubleText>
  /** What the visitor has shown; more words: image-texts.ts. */
  picture: string
  // header
  more: string
  /** A tool of the assistant works; what `thinking` is without one. */
  usingTool: string
}

/** What only files fetched on demand show. English has it in a file of its own, other languages beside the rest. */
export interface MoreTexts {
  // forget
  forget: string
  forgetQuestion: string
  forgetYes: string
  forgetNo: string
  // card
  larger: string
  smaller: string
  // devices
  microphone: string
  speaker: string
  /** The system's choice of microphone or speaker. */
  automatic: string
  // the transcript to take along
  copy: string
  copied: string
  copyFailed: string
  download: string
  // rating
  rateQuestion: string
  rateGood: string
  rateBad: string
  rateThanks: string
  /** The broker could not be told; it may be tried again. */
  rateFailed: string
  // consent
  consentTitle: string
  consentMore: string
  agree: string
}

/** A line of the broker in the transcript; one from a newer broker stays as it is. */
export function noticeText(words: Texts, code: string): string {
  const known: Partial<Record<string, string>> = words.notices
  return known[code] ?? code
}

export function troubleText(words: Texts, { code, cause }: Pick<Trouble, 'code' | 'cause'>): TroubleText {
  const { trouble, limits, otherTrouble } = words
  if (code === 'limit_reached' && (cause === 'day_cap' || cause === 'visitor_cap')) return limits[cause]
  return trouble[code] ?? otherTrouble
}

/** Puts `value` where `{name}` stands. */
export function fill<N extends string>(text: `${string}{${N}}${string}`, name: N, value: string): string {
  return text.replace(`{${name}}`, () => value)
}
