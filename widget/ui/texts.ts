/** Every word the widget shows. A new language: the button's words here, all others in a file of texts/ and a line in load-texts.ts. */
import type { ErrorCode } from '../../protocol/errors.ts'
import type { Cap } from '../../protocol/frames.ts'
import type { Notice } from '../../protocol/item.ts'
import type { Trouble, WidgetErrorCode } from '../client/types.ts'

/** Named here and not taken from the table, which the panel does not need. */
export const LANGUAGES = ['en', 'de'] as const
export type Language = (typeof LANGUAGES)[number]

/** What the loader needs; kept apart so that the button stays small. */
export interface LauncherTexts {
  open: string
  openLabel: string
  write: string
  writeLabel: string
  connecting: string
  onCall: string
  muted: string
  reconnecting: string
  loading: string
  slow: string
  failedTitle: string
  failed: string
  retry: string
  close: string
  /** Before the number of messages that came while the panel was closed. */
  unread: string
}

export const launcherTexts: Readonly<Record<Language, LauncherTexts>> = {
  en: {
    open: 'Talk to us',
    openLabel: 'Talk to us: open the assistant',
    write: 'Write to us',
    writeLabel: 'Write to us: open the assistant',
    connecting: 'Connecting',
    onCall: 'On a call',
    muted: 'Muted',
    reconnecting: 'Reconnecting',
    loading: 'One moment…',
    slow: 'This takes longer than usual. We keep trying.',
    failedTitle: 'The assistant cannot be reached',
    failed: 'Your connection or our service is down right now. Nothing was lost.',
    retry: 'Try again',
    close: 'Close',
    unread: 'New messages',
  },
  de: {
    open: 'Sprechen Sie uns an',
    openLabel: 'Sprechen Sie uns an: Assistenten öffnen',
    write: 'Schreiben Sie uns',
    writeLabel: 'Schreiben Sie uns: Assistenten öffnen',
    connecting: 'Verbindet',
    onCall: 'Im Gespräch',
    muted: 'Stumm',
    reconnecting: 'Verbindet neu',
    loading: 'Einen Moment…',
    slow: 'Das dauert länger als sonst. Wir versuchen es weiter.',
    failedTitle: 'Der Assistent ist nicht erreichbar',
    failed: 'Ihre Verbindung oder unser Dienst ist gerade gestört. Es ging nichts verloren.',
    retry: 'Erneut versuchen',
    close: 'Schließen',
    unread: 'Neue Nachrichten',
  },
}

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
  mutedHint: string
  // welcome
  hello: (name: string) => string
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
  near: { time: string; spoken: (left: string) => string } & Record<Exclude<Cap, 'time_cap'>, string>
  // trouble
  ways: Record<Trouble['ways'][number], string>
  dismiss: string
  trouble: Record<WidgetErrorCode, TroubleText> & Partial<Record<ErrorCode, TroubleText>>
  otherTrouble: TroubleText
  /** `limit_reached`, by the cap. */
  limits: Record<Exclude<Cap, 'time_cap' | 'cost_cap'>, TroubleText>
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
