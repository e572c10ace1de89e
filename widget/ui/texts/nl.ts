/** Dutch. */
import type { CardTexts } from '../launcher-texts.ts'
import type { Texts } from '../texts.ts'

export const texts: Texts = {
  assistant: 'Assistent',
  you: 'U',
  close: 'Sluiten',
  ready: 'Klaar als u het bent',
  connecting: 'Verbinden…',
  live: 'In gesprek',
  liveText: 'Verbonden',
  reconnecting: 'Opnieuw verbinden…',
  ended: 'Gesprek beëindigd',
  endedText: 'Gesprek gepauzeerd',
  listening: 'Luistert',
  relayed: 'Reserveverbinding',
  relayedHint:
    'Uw netwerk blokkeert de gewone weg voor gesprekken. Het geluid gaat langs een andere en komt iets later.',
  hearing: 'Hoort u',
  thinking: 'Denkt na',
  speaking: 'Spreekt',
  muted: 'Gedempt',
  mutedHint: 'Uw microfoon staat uit',
  hello: 'Praat met {name}',
  startTalking: 'Gesprek starten',
  microphoneHint: 'Uw browser vraagt om de microfoon. Of schrijf gewoon hieronder.',
  textHint: 'Schrijf hieronder uw vraag.',
  goAhead: 'Zegt u het maar, ik luister.',
  mute: 'Microfoon uit',
  unmute: 'Microfoon aan',
  hangUp: 'Ophangen',
  interrupt: 'Stop',
  interruptLabel: 'Stop met spreken',
  holdToTalk: 'Vasthouden',
  continueTalking: 'Doorgaan',
  stillHere: 'Uw gesprek is er nog.',
  elapsed: 'Duur',
  newest: 'Nieuwste bericht',
  placeholder: 'Schrijf een bericht…',
  messageLabel: 'Bericht',
  send: 'Versturen',
  thread: 'Gesprek',
  interrupted: 'onderbroken',
  failed: 'niet aangekomen',
  echo: 'misschien een echo van de assistent',
  typing: 'wordt gezegd',
  atWork: 'Nog mee bezig…',
  reconnected: 'Weer verbonden',
  callEnded: 'Gesprek beëindigd',
  saidGoodbye: 'De assistent heeft afscheid genomen',
  goneOn: 'Gesprek voortgezet',
  forgotten: 'Het gesprek is gewist.',
  notices: {
    gap: 'Hier ontbreken enkele woorden',
    tampered: 'Het gesprek is beëindigd omdat iets op deze pagina ingreep',
    idle: 'Het was een tijd stil, daarom is het gesprek beëindigd',
    wrap_up: 'De assistent is gevraagd af te ronden',
  },
  near: {
    time: 'Het gesprek eindigt over',
    spoken: 'Het gesprek eindigt over ongeveer {left}.',
    cost_cap: 'Er zijn nog maar enkele antwoorden mogelijk',
    day_cap: 'Deze assistent heeft vandaag weinig tijd over',
    visitor_cap: 'U hebt hier vandaag weinig tijd over',
  },
  forget: 'Gesprek vergeten',
  forgetQuestion: 'Alles wat hier is gezegd voorgoed wissen?',
  forgetYes: 'Wissen',
  forgetNo: 'Bewaren',
  ways: {
    text: 'Liever schrijven',
    retry: 'Opnieuw proberen',
    take_over: 'Hier verdergaan',
    play: 'Geluid aanzetten',
    half_duplex: 'Om de beurt praten',
    push_to_talk: 'Houd vast om te praten',
  },
  dismiss: 'Verbergen',
  yes: 'Ja',
  no: 'Nee',
  byHand: 'Antwoord hier alstublieft: een gesproken ja telt niet.',
  trouble: {
    mic_denied: {
      title: 'De microfoon is geblokkeerd',
      text: 'Sta hem toe in de adresbalk van uw browser en probeer opnieuw, of schrijf verder.',
    },
    mic_missing: {
      title: 'Geen microfoon gevonden',
      text: 'Sluit er een aan en probeer opnieuw, of schrijf verder.',
    },
    mic_busy: {
      title: 'De microfoon is in gebruik',
      text: 'Een ander programma gebruikt hem. Sluit dat en probeer opnieuw, of schrijf verder.',
    },
    mic_unavailable: {
      title: 'De microfoon reageert niet',
      text: 'Uw apparaat geeft hem niet vrij. Probeer opnieuw; helpt dat niet, herlaad dan de pagina of herstart de browser.',
    },
    mic_slow: {
      title: 'Wachten op de microfoon',
      text: 'Uw browser vraagt of die gebruikt mag worden. Schrijf intussen verder.',
    },
    insecure_page: {
      title: 'Praten vereist een veilige pagina',
      text: 'Browsers geven de microfoon alleen vrij op https-pagina’s. Schrijven kan hier wel.',
    },
    webrtc_missing: {
      title: 'Deze browser kan niet bellen',
      text: 'U kunt schrijven.',
    },
    connect_timeout: {
      title: 'Het gesprek kwam niet tot stand',
      text: 'Misschien blokkeert uw netwerk gesprekken. Probeer opnieuw, of schrijf verder.',
    },
    slow_network: {
      title: 'Uw netwerk is erg traag',
      text: 'Wat u zegt komt laat aan. Schrijven gaat beter tot het zich herstelt.',
    },
    echo: {
      title: 'De assistent hoort misschien zichzelf',
      text: 'Een koptelefoon helpt. Of hij luistert alleen als hij zwijgt, of zolang u een knop vasthoudt.',
    },
    broker_unreachable: {
      title: 'We zijn nu niet bereikbaar',
      text: 'Controleer uw verbinding en probeer opnieuw. Er is niets verloren gegaan.',
    },
    audio_blocked: {
      title: 'Uw browser houdt het geluid tegen',
      text: 'Eén tik zet het aan.',
    },
    in_other_tab: {
      title: 'Dit gesprek is open in een ander tabblad',
      text: 'Ga daar verder, of haal het naar dit tabblad.',
    },
    superseded: {
      title: 'Het gesprek is verhuisd',
      text: 'Het loopt verder in een ander tabblad of op een ander apparaat. U kunt het terughalen.',
    },
    gave_up: {
      title: 'De verbinding kwam niet terug',
      text: 'Alles wat is gezegd is bewaard. Probeer opnieuw als uw netwerk beter is.',
    },
    no_answer: {
      title: 'Er kwam geen antwoord',
      text: 'Zeg het nog eens, of probeer het zo weer.',
    },
    limit_reached: {
      title: 'Langer kunnen we niet praten',
      text: 'De grens van dit gesprek is bereikt. Wat is gezegd is bewaard.',
    },
    budget_exhausted: {
      title: 'Dat was het voor nu',
      text: 'Deze assistent heeft zoveel gesproken als mag. Probeer het op een andere dag.',
    },
    visitor_budget_exhausted: {
      title: 'Dat was het voor vandaag',
      text: 'Elke bezoeker heeft per dag beperkte tijd. Morgen bent u weer welkom.',
    },
    rate_limited: {
      title: 'Te veel pogingen',
      text: 'Er waren er hier te veel in korte tijd. Probeer het over een paar minuten.',
    },
    too_many_calls: {
      title: 'Alle lijnen zijn bezet',
      text: 'Probeer het over een minuut.',
    },
    provider_busy: {
      title: 'Alle lijnen zijn bezet',
      text: 'Probeer het over een paar seconden.',
    },
    agent_not_found: {
      title: 'Deze assistent bestaat niet',
      text: 'De website noemt een assistent die niet is ingesteld.',
    },
    origin_refused: {
      title: 'Niet beschikbaar op deze website',
      text: 'Deze website mag de assistent niet gebruiken.',
    },
    session_not_found: {
      title: 'Het oude gesprek is weg',
      text: 'Het is gewist. U kunt een nieuw beginnen.',
    },
  },
  otherTrouble: { title: 'Dat is niet gelukt', text: 'Bij ons ging iets mis. Probeer het zo weer.' },
  limits: {
    day_cap: {
      title: 'Dat was het voor nu',
      text: 'Deze assistent heeft zoveel gesproken als mag. Wat is gezegd is bewaard. Probeer het op een andere dag.',
    },
    visitor_cap: {
      title: 'Dat was het voor vandaag',
      text: 'Elke bezoeker heeft per dag beperkte tijd. Wat is gezegd is bewaard. Morgen bent u weer welkom.',
    },
  },
}

export const card: CardTexts = {
  opens: 'assistent openen',
  loading: 'Een moment…',
  slow: 'Dit duurt langer dan normaal. We blijven het proberen.',
  failedTitle: 'De assistent is niet bereikbaar',
  failedText: 'Uw verbinding of onze dienst is gestoord. Er ging niets verloren.',
  retry: 'Opnieuw proberen',
  close: 'Sluiten',
}
