/** German. */
import type { Texts } from '../texts.ts'

export const de: Texts = {
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
    agent_paused: {
      title: 'Kleine Pause',
      text: 'Dieser Assistent ist gerade nicht erreichbar. Kommen Sie bitte später wieder.',
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
}
