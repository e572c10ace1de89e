/** Italian. */
import type { CardTexts } from '../launcher-texts.ts'
import type { Texts } from '../texts.ts'

export const texts: Texts = {
  assistant: 'Assistente',
  you: 'Lei',
  close: 'Chiudi',
  ready: 'Quando vuole',
  connecting: 'Connessione…',
  live: 'In chiamata',
  liveText: 'Connesso',
  reconnecting: 'Riconnessione…',
  ended: 'Chiamata terminata',
  endedText: 'Conversazione in pausa',
  listening: 'In ascolto',
  relayed: 'Connessione di riserva',
  relayedHint:
    'La sua rete blocca la via consueta delle chiamate. L’audio ne prende un’altra e può arrivare un po’ in ritardo.',
  hearing: 'La sente',
  thinking: 'Riflette',
  speaking: 'Parla',
  muted: 'Muto',
  mutedHint: 'Il microfono è disattivato',
  hello: 'Parli con {name}',
  startTalking: 'Inizia a parlare',
  microphoneHint: 'Il browser chiederà il microfono. Oppure scriva qui sotto.',
  textHint: 'Scriva la sua domanda qui sotto.',
  goAhead: 'Prego, la ascolto.',
  mute: 'Disattiva microfono',
  unmute: 'Attiva microfono',
  hangUp: 'Riaggancia',
  interrupt: 'Stop',
  interruptLabel: 'Smetti di parlare',
  holdToTalk: 'Tieni premuto',
  continueTalking: 'Continua',
  stillHere: 'La sua conversazione è ancora qui.',
  elapsed: 'Durata',
  newest: 'Messaggio più recente',
  placeholder: 'Scriva un messaggio…',
  messageLabel: 'Messaggio',
  send: 'Invia',
  thread: 'Conversazione',
  interrupted: 'interrotto',
  failed: 'non arrivato',
  echo: 'forse un’eco dell’assistente',
  typing: 'viene detto ora',
  atWork: 'Ci sto ancora lavorando…',
  reconnected: 'Riconnesso',
  callEnded: 'Chiamata terminata',
  saidGoodbye: 'L’assistente si è congedato',
  goneOn: 'Conversazione ripresa',
  forgotten: 'La conversazione è stata cancellata.',
  notices: {
    gap: 'Qui si è persa qualche parola',
    tampered: 'La chiamata è stata chiusa perché qualcosa in questa pagina ha interferito',
    idle: 'C’è stato silenzio per un po’, quindi la chiamata è stata chiusa',
    wrap_up: 'All’assistente è stato chiesto di concludere',
  },
  near: {
    time: 'La chiamata termina tra',
    spoken: 'La chiamata termina tra circa {left}.',
    cost_cap: 'Restano solo poche risposte',
    day_cap: 'Oggi questo assistente ha poco tempo',
    visitor_cap: 'Oggi le resta poco tempo qui',
  },
  forget: 'Dimentica la conversazione',
  forgetQuestion: 'Cancellare per sempre tutto ciò che è stato detto qui?',
  forgetYes: 'Cancella',
  forgetNo: 'Conserva',
  ways: {
    text: 'Scrivi invece',
    retry: 'Riprova',
    take_over: 'Continua qui',
    play: 'Attiva l’audio',
    half_duplex: 'Parla a turno',
    push_to_talk: 'Tieni premuto e parla',
  },
  dismiss: 'Nascondi',
  yes: 'Sì',
  no: 'No',
  byHand: 'Risponda qui, per favore: un sì a voce non vale.',
  trouble: {
    mic_denied: {
      title: 'Il microfono è bloccato',
      text: 'Lo consenta nella barra degli indirizzi del browser e riprovi, o continui per iscritto.',
    },
    mic_missing: {
      title: 'Nessun microfono trovato',
      text: 'Ne colleghi uno e riprovi, o continui per iscritto.',
    },
    mic_busy: {
      title: 'Il microfono è in uso',
      text: 'Lo usa un altro programma. Lo chiuda e riprovi, o continui per iscritto.',
    },
    mic_unavailable: {
      title: 'Il microfono non risponde',
      text: 'Il dispositivo non lo concede. Riprovi; se non basta, ricarichi la pagina o riavvii il browser.',
    },
    mic_slow: {
      title: 'In attesa del microfono',
      text: 'Il browser chiede se può essere usato. Nel frattempo continui per iscritto.',
    },
    insecure_page: {
      title: 'La voce richiede una pagina sicura',
      text: 'I browser concedono il microfono solo alle pagine https. Qui può scrivere.',
    },
    webrtc_missing: {
      title: 'Questo browser non può chiamare',
      text: 'Può continuare per iscritto.',
    },
    connect_timeout: {
      title: 'La chiamata non è riuscita',
      text: 'Forse la sua rete blocca le chiamate. Riprovi, o continui per iscritto.',
    },
    slow_network: {
      title: 'La sua rete è molto lenta',
      text: 'Ciò che dice arriva in ritardo. Per ora è meglio scrivere.',
    },
    echo: {
      title: 'L’assistente forse sente sé stesso',
      text: 'Le cuffie aiutano. Oppure ascolta solo quando tace, o mentre lei tiene premuto un pulsante.',
    },
    broker_unreachable: {
      title: 'Al momento non siamo raggiungibili',
      text: 'Controlli la connessione e riprovi. Nulla di ciò che è stato detto è perso.',
    },
    audio_blocked: {
      title: 'Il browser trattiene l’audio',
      text: 'Basta un tocco per attivarlo.',
    },
    in_other_tab: {
      title: 'La conversazione è aperta in un’altra scheda',
      text: 'Continui là, o la porti in questa scheda.',
    },
    superseded: {
      title: 'La conversazione si è spostata',
      text: 'Continua in un’altra scheda o su un altro dispositivo. Può riportarla qui.',
    },
    gave_up: {
      title: 'La connessione non è tornata',
      text: 'Tutto ciò che è stato detto è conservato. Riprovi con una rete migliore.',
    },
    no_answer: {
      title: 'Stavolta non è arrivata risposta',
      text: 'Lo ripeta, o riprovi tra un momento.',
    },
    limit_reached: {
      title: 'Non possiamo parlare oltre',
      text: 'Il limite di questa conversazione è raggiunto. Ciò che è stato detto è conservato.',
    },
    budget_exhausted: {
      title: 'Per ora è tutto',
      text: 'Questo assistente ha parlato quanto poteva. Riprovi un altro giorno.',
    },
    visitor_budget_exhausted: {
      title: 'Per oggi è tutto',
      text: 'Ogni visitatore ha un tempo limitato al giorno. La aspettiamo domani.',
    },
    rate_limited: {
      title: 'Troppi tentativi',
      text: 'Ce ne sono stati troppi da qui in poco tempo. Riprovi tra qualche minuto.',
    },
    too_many_calls: {
      title: 'Tutte le linee sono occupate',
      text: 'Riprovi tra un minuto.',
    },
    provider_busy: {
      title: 'Tutte le linee sono occupate',
      text: 'Riprovi tra qualche secondo.',
    },
    agent_not_found: {
      title: 'Questo assistente non esiste',
      text: 'Il sito indica un assistente che non è configurato.',
    },
    origin_refused: {
      title: 'Non disponibile su questo sito',
      text: 'Questo sito non può usare l’assistente.',
    },
    session_not_found: {
      title: 'La vecchia conversazione non c’è più',
      text: 'È stata cancellata. Può iniziarne una nuova.',
    },
  },
  otherTrouble: { title: 'Non ha funzionato', text: 'Qualcosa è andato storto da noi. Riprovi tra un momento.' },
  limits: {
    day_cap: {
      title: 'Per ora è tutto',
      text: 'Questo assistente ha parlato quanto poteva. Ciò che è stato detto è conservato. Riprovi un altro giorno.',
    },
    visitor_cap: {
      title: 'Per oggi è tutto',
      text: 'Ogni visitatore ha un tempo limitato al giorno. Ciò che è stato detto è conservato. La aspettiamo domani.',
    },
  },
}

export const card: CardTexts = {
  opens: 'apri l’assistente',
  loading: 'Un momento…',
  slow: 'Ci vuole più del solito. Continuiamo a provare.',
  failedTitle: 'L’assistente non è raggiungibile',
  failedText: 'La connessione o il nostro servizio non funziona. Nulla è andato perso.',
  retry: 'Riprova',
  close: 'Chiudi',
}
