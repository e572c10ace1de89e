/** Every word the widget shows. A new language: add it to both tables; the compiler and a test name what is missing. */
import type { ErrorCode } from '../../protocol/errors.ts'
import type { Cap } from '../../protocol/frames.ts'
import type { Notice } from '../../protocol/item.ts'
import type { Trouble, WidgetErrorCode } from '../client/types.ts'

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
}

export const launcherTexts = {
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
  },
} as const satisfies Record<string, LauncherTexts>

export type Language = keyof typeof launcherTexts
export const LANGUAGES = Object.keys(launcherTexts) as Language[]

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
  // forget
  forget: string
  forgetQuestion: string
  forgetYes: string
  forgetNo: string
  // trouble
  ways: Record<Trouble['ways'][number], string>
  dismiss: string
  trouble: Record<WidgetErrorCode, TroubleText> & Partial<Record<ErrorCode, TroubleText>>
  otherTrouble: TroubleText
  /** `limit_reached`, by the cap. */
  limits: Record<Exclude<Cap, 'time_cap' | 'cost_cap'>, TroubleText>
}

export const texts: Record<Language, Texts> = {
  en: {
    assistant: 'Assistant',
    you: 'You',
    close: 'Close',
    ready: 'Ready when you are',
    connecting: 'Connecting…',
    live: 'On a call',
    liveText: 'Connected',
    reconnecting: 'Reconnecting…',
    ended: 'Call ended',
    endedText: 'Conversation paused',
    listening: 'Listening',
    relayed: 'Backup connection',
    relayedHint: 'Your network blocks the usual way of calls. The sound takes another way and may be a little later.',
    hearing: 'Hearing you',
    thinking: 'Thinking',
    speaking: 'Speaking',
    mutedHint: 'You are muted',
    hello: (name) => `Talk with ${name}`,
    startTalking: 'Start talking',
    microphoneHint: 'Your browser will ask for the microphone. Or simply write below.',
    textHint: 'Write your question below.',
    goAhead: 'Go ahead, I’m listening.',
    mute: 'Mute',
    unmute: 'Unmute',
    hangUp: 'Hang up',
    interrupt: 'Stop',
    interruptLabel: 'Stop speaking',
    holdToTalk: 'Hold to talk',
    continueTalking: 'Continue',
    stillHere: 'Your conversation is still here.',
    elapsed: 'Elapsed time',
    newest: 'Newest message',
    placeholder: 'Write a message…',
    messageLabel: 'Message',
    send: 'Send',
    thread: 'Conversation',
    interrupted: 'interrupted',
    failed: 'did not come through',
    echo: 'perhaps an echo of the assistant',
    typing: 'being said',
    atWork: 'Still working on it…',
    reconnected: 'Reconnected',
    callEnded: 'Call ended',
    saidGoodbye: 'The assistant said goodbye',
    goneOn: 'Conversation continued',
    forgotten: 'The conversation was erased.',
    notices: {
      gap: 'Some words were lost here',
      tampered: 'The call was ended because something on this page interfered with it',
      idle: 'It was quiet for a while, so the call was ended',
      wrap_up: 'The assistant was asked to come to an end',
    },
    near: {
      time: 'This call ends in',
      spoken: (left) => `This call ends in about ${left}.`,
      cost_cap: 'Only a few more answers are possible',
      day_cap: 'This assistant has little time left today',
      visitor_cap: 'You have little time left here today',
    },
    forget: 'Forget this conversation',
    forgetQuestion: 'Erase everything that was said here, for good?',
    forgetYes: 'Erase',
    forgetNo: 'Keep',
    ways: {
      text: 'Write instead',
      retry: 'Try again',
      take_over: 'Continue here',
      play: 'Turn on sound',
      half_duplex: 'Take turns',
      push_to_talk: 'Hold to talk',
    },
    dismiss: 'Dismiss',
    trouble: {
      mic_denied: {
        title: 'The microphone is blocked',
        text: 'Allow it in the address bar of your browser and try again, or go on by writing.',
      },
      mic_missing: {
        title: 'No microphone found',
        text: 'Plug one in and try again, or go on by writing.',
      },
      mic_busy: {
        title: 'The microphone is in use',
        text: 'Another program has it. Close that one and try again, or go on by writing.',
      },
      mic_unavailable: {
        title: 'The microphone does not answer',
        text: 'Your device does not give it out. Try again; if that does not help, reload the page or restart the browser.',
      },
      mic_slow: {
        title: 'Waiting for the microphone',
        text: 'Your browser asks whether it may be used. Until then, go on by writing.',
      },
      insecure_page: {
        title: 'Voice needs a secure page',
        text: 'Browsers allow the microphone on https pages only. Writing works here.',
      },
      webrtc_missing: {
        title: 'This browser cannot make calls',
        text: 'You can go on by writing.',
      },
      connect_timeout: {
        title: 'The call did not connect',
        text: 'Your network may block calls. Try again, or go on by writing.',
      },
      slow_network: {
        title: 'Your network is very slow',
        text: 'What you say arrives late. Writing works better until it recovers.',
      },
      echo: {
        title: 'The assistant may hear itself',
        text: 'Headphones help. Or let it listen only when it is silent, or while you hold a button.',
      },
      broker_unreachable: {
        title: 'We cannot be reached right now',
        text: 'Check your connection and try again. Nothing that was said is lost.',
      },
      audio_blocked: {
        title: 'Your browser holds the sound back',
        text: 'One tap turns it on.',
      },
      in_other_tab: {
        title: 'This conversation is open in another tab',
        text: 'Go on over there, or move it to this tab.',
      },
      superseded: {
        title: 'The conversation moved',
        text: 'It goes on in another tab or on another device. You can bring it back here.',
      },
      gave_up: {
        title: 'The connection did not come back',
        text: 'Everything that was said is kept. Try again when your network is better.',
      },
      no_answer: {
        title: 'No answer came this time',
        text: 'Say it once more, or try again in a moment.',
      },
      limit_reached: {
        title: 'This is as long as we can talk',
        text: 'The limit for this conversation is reached. What was said is kept.',
      },
      budget_exhausted: {
        title: 'That is all for now',
        text: 'This assistant has talked as much as it may. Try again another day.',
      },
      visitor_budget_exhausted: {
        title: 'That is all for you today',
        text: 'There is only so much for each visitor a day. You are welcome again tomorrow.',
      },
      rate_limited: {
        title: 'Too many attempts',
        text: 'There were too many from here in a short time. Try again in a few minutes.',
      },
      too_many_calls: {
        title: 'All lines are busy',
        text: 'Try again in a minute.',
      },
      provider_busy: {
        title: 'All lines are busy',
        text: 'Try again in a few seconds.',
      },
      agent_not_found: {
        title: 'This assistant does not exist',
        text: 'The website names an assistant that is not set up.',
      },
      origin_refused: {
        title: 'Not available on this website',
        text: 'This website is not allowed to use this assistant.',
      },
      session_not_found: {
        title: 'The old conversation is gone',
        text: 'It was erased. You can start a new one.',
      },
    },
    otherTrouble: { title: 'That did not work', text: 'Something failed on our side. Try again in a moment.' },
    limits: {
      day_cap: {
        title: 'That is all for now',
        text: 'This assistant has talked as much as it may. What was said is kept. Try again another day.',
      },
      visitor_cap: {
        title: 'That is all for you today',
        text: 'There is only so much for each visitor a day. What was said is kept, and you are welcome again tomorrow.',
      },
    },
  },
  de: {
    assistant: 'Assistent',
    you: 'Sie',
    close: 'Schließen',
    ready: 'Bereit, wenn Sie es sind',
    connecting: 'Verbindet…',
    live: 'Im Gespräch',
    liveText: 'Verbunden',
    reconnecting: 'Verbindet neu…',
    ended: 'Gespräch beendet',
    endedText: 'Gespräch pausiert',
    listening: 'Hört zu',
    relayed: 'Ersatzverbindung',
    relayedHint: 'Ihr Netz sperrt den üblichen Weg für Anrufe. Der Ton nimmt einen anderen und kommt etwas später.',
    hearing: 'Hört Sie',
    thinking: 'Denkt nach',
    speaking: 'Spricht',
    mutedHint: 'Sie sind stumm',
    hello: (name) => `Sprechen Sie mit ${name}`,
    startTalking: 'Gespräch beginnen',
    microphoneHint: 'Ihr Browser fragt nach dem Mikrofon. Oder schreiben Sie einfach.',
    textHint: 'Schreiben Sie unten Ihre Frage.',
    goAhead: 'Bitte sprechen Sie, ich höre zu.',
    mute: 'Stumm schalten',
    unmute: 'Ton an',
    hangUp: 'Auflegen',
    interrupt: 'Stopp',
    interruptLabel: 'Stopp, nicht weitersprechen',
    holdToTalk: 'Zum Sprechen halten',
    continueTalking: 'Fortsetzen',
    stillHere: 'Ihr Gespräch ist noch da.',
    elapsed: 'Dauer',
    newest: 'Neueste Nachricht',
    placeholder: 'Nachricht schreiben…',
    messageLabel: 'Nachricht',
    send: 'Senden',
    thread: 'Gespräch',
    interrupted: 'unterbrochen',
    failed: 'kam nicht an',
    echo: 'vielleicht ein Echo des Assistenten',
    typing: 'wird gesprochen',
    atWork: 'Arbeitet noch daran…',
    reconnected: 'Wieder verbunden',
    callEnded: 'Gespräch beendet',
    saidGoodbye: 'Der Assistent hat sich verabschiedet',
    goneOn: 'Gespräch fortgesetzt',
    forgotten: 'Das Gespräch wurde gelöscht.',
    notices: {
      gap: 'Hier fehlen ein paar Worte',
      tampered: 'Das Gespräch wurde beendet, weil etwas auf dieser Seite eingegriffen hat',
      idle: 'Es war eine Weile still, deshalb wurde das Gespräch beendet',
      wrap_up: 'Der Assistent wurde gebeten, zum Ende zu kommen',
    },
    near: {
      time: 'Das Gespräch endet in',
      spoken: (left) => `Das Gespräch endet in etwa ${left}.`,
      cost_cap: 'Es sind nur noch wenige Antworten möglich',
      day_cap: 'Dieser Assistent hat heute nur noch wenig Zeit',
      visitor_cap: 'Sie haben hier heute nur noch wenig Zeit',
    },
    forget: 'Gespräch vergessen',
    forgetQuestion: 'Alles, was hier gesagt wurde, endgültig löschen?',
    forgetYes: 'Löschen',
    forgetNo: 'Behalten',
    ways: {
      text: 'Schreiben',
      retry: 'Erneut versuchen',
      take_over: 'Hier fortsetzen',
      play: 'Ton einschalten',
      half_duplex: 'Abwechselnd sprechen',
      push_to_talk: 'Zum Sprechen halten',
    },
    dismiss: 'Ausblenden',
    trouble: {
      mic_denied: {
        title: 'Das Mikrofon ist gesperrt',
        text: 'Erlauben Sie es in der Adresszeile und versuchen Sie es erneut, oder schreiben Sie weiter.',
      },
      mic_missing: {
        title: 'Kein Mikrofon gefunden',
        text: 'Schließen Sie eines an und versuchen Sie es erneut, oder schreiben Sie weiter.',
      },
      mic_busy: {
        title: 'Das Mikrofon ist belegt',
        text: 'Ein anderes Programm benutzt es. Schließen Sie dieses, oder schreiben Sie weiter.',
      },
      mic_unavailable: {
        title: 'Das Mikrofon antwortet nicht',
        text: 'Ihr Gerät gibt es nicht frei. Versuchen Sie es noch einmal; hilft das nicht, laden Sie die Seite neu oder starten Sie den Browser neu.',
      },
      mic_slow: {
        title: 'Das Mikrofon fehlt noch',
        text: 'Ihr Browser fragt, ob es benutzt werden darf. Bis dahin geht es schriftlich weiter.',
      },
      insecure_page: {
        title: 'Sprechen braucht eine sichere Seite',
        text: 'Browser geben das Mikrofon nur auf https-Seiten frei. Schreiben geht auch hier.',
      },
      webrtc_missing: {
        title: 'Dieser Browser kann nicht telefonieren',
        text: 'Sie können schreiben.',
      },
      connect_timeout: {
        title: 'Der Anruf kam nicht zustande',
        text: 'Ihr Netz lässt Anrufe vielleicht nicht zu. Versuchen Sie es erneut, oder schreiben Sie weiter.',
      },
      slow_network: {
        title: 'Ihr Netz ist sehr langsam',
        text: 'Was Sie sagen, kommt verspätet an. Schreiben geht besser, bis es sich erholt.',
      },
      echo: {
        title: 'Der Assistent hört sich vielleicht selbst',
        text: 'Kopfhörer helfen. Oder er hört nur zu, wenn er schweigt, oder solange Sie eine Taste halten.',
      },
      broker_unreachable: {
        title: 'Wir sind gerade nicht erreichbar',
        text: 'Prüfen Sie Ihre Verbindung und versuchen Sie es erneut. Es ging nichts verloren.',
      },
      audio_blocked: {
        title: 'Ihr Browser hält den Ton zurück',
        text: 'Ein Tippen schaltet ihn ein.',
      },
      in_other_tab: {
        title: 'Das Gespräch ist in einem anderen Tab offen',
        text: 'Sprechen Sie dort weiter, oder holen Sie es hierher.',
      },
      superseded: {
        title: 'Das Gespräch ist umgezogen',
        text: 'Es läuft in einem anderen Tab oder Gerät weiter. Sie können es zurückholen.',
      },
      gave_up: {
        title: 'Die Verbindung kam nicht zurück',
        text: 'Alles Gesagte ist gesichert. Versuchen Sie es mit besserem Netz erneut.',
      },
      no_answer: {
        title: 'Es kam keine Antwort',
        text: 'Sagen Sie es noch einmal, oder versuchen Sie es gleich wieder.',
      },
      limit_reached: {
        title: 'Länger können wir nicht sprechen',
        text: 'Die Grenze für dieses Gespräch ist erreicht. Alles Gesagte ist gesichert.',
      },
      budget_exhausted: {
        title: 'Das war es fürs Erste',
        text: 'Dieser Assistent hat so viel gesprochen, wie er darf. Versuchen Sie es an einem anderen Tag.',
      },
      visitor_budget_exhausted: {
        title: 'Das war es für Sie für heute',
        text: 'Für jeden Besucher ist am Tag nur so viel vorgesehen. Morgen sind Sie wieder willkommen.',
      },
      rate_limited: {
        title: 'Zu viele Versuche',
        text: 'Von hier kamen zu viele in kurzer Zeit. Versuchen Sie es in ein paar Minuten erneut.',
      },
      too_many_calls: {
        title: 'Alle Leitungen sind belegt',
        text: 'Versuchen Sie es in einer Minute erneut.',
      },
      provider_busy: {
        title: 'Alle Leitungen sind belegt',
        text: 'Versuchen Sie es in ein paar Sekunden erneut.',
      },
      agent_not_found: {
        title: 'Diesen Assistenten gibt es nicht',
        text: 'Die Website nennt einen Assistenten, der nicht eingerichtet ist.',
      },
      origin_refused: {
        title: 'Auf dieser Website nicht verfügbar',
        text: 'Diese Website darf den Assistenten nicht benutzen.',
      },
      session_not_found: {
        title: 'Das alte Gespräch ist nicht mehr da',
        text: 'Es wurde gelöscht. Sie können ein neues beginnen.',
      },
    },
    otherTrouble: {
      title: 'Das hat nicht geklappt',
      text: 'Bei uns ging etwas schief. Versuchen Sie es gleich erneut.',
    },
    limits: {
      day_cap: {
        title: 'Das war es fürs Erste',
        text: 'Dieser Assistent hat so viel gesprochen, wie er darf. Alles Gesagte ist gesichert. Versuchen Sie es an einem anderen Tag.',
      },
      visitor_cap: {
        title: 'Das war es für Sie für heute',
        text: 'Für jeden Besucher ist am Tag nur so viel vorgesehen. Alles Gesagte ist gesichert, morgen sind Sie wieder willkommen.',
      },
    },
  },
}

/** A line of the broker in the transcript; one from a newer broker stays as it is. */
export function noticeText(words: Texts, code: string): string {
  const known: Partial<Record<string, string>> = words.notices
  return known[code] ?? code
}

export function troubleText(language: Language, { code, cause }: Pick<Trouble, 'code' | 'cause'>): TroubleText {
  const { trouble, limits, otherTrouble } = texts[language]
  if (code === 'limit_reached' && (cause === 'day_cap' || cause === 'visitor_cap')) return limits[cause]
  return trouble[code] ?? otherTrouble
}
