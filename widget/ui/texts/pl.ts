/** Polish. */
import type { CardTexts } from '../launcher-texts.ts'
import type { Texts } from '../texts.ts'

export const texts: Texts = {
  assistant: 'Asystent',
  you: 'Ty',
  close: 'Zamknij',
  ready: 'Można zaczynać',
  connecting: 'Łączenie…',
  live: 'Trwa rozmowa',
  liveText: 'Połączono',
  reconnecting: 'Ponowne łączenie…',
  ended: 'Rozmowa zakończona',
  endedText: 'Rozmowa wstrzymana',
  listening: 'Słucha',
  relayed: 'Połączenie zapasowe',
  relayedHint: 'Twoja sieć blokuje zwykłą drogę rozmów. Dźwięk idzie inną i może docierać nieco później.',
  hearing: 'Słyszy Cię',
  thinking: 'Myśli',
  speaking: 'Mówi',
  muted: 'Wyciszono',
  mutedHint: 'Mikrofon jest wyciszony',
  hello: 'Porozmawiaj z: {name}',
  startTalking: 'Zacznij rozmowę',
  microphoneHint: 'Przeglądarka zapyta o mikrofon. Możesz też po prostu napisać poniżej.',
  textHint: 'Napisz pytanie poniżej.',
  goAhead: 'Proszę mówić, słucham.',
  mute: 'Wycisz',
  unmute: 'Wyłącz wyciszenie',
  hangUp: 'Rozłącz',
  interrupt: 'Stop',
  interruptLabel: 'Przestań mówić',
  holdToTalk: 'Przytrzymaj',
  continueTalking: 'Kontynuuj',
  stillHere: 'Twoja rozmowa nadal tu jest.',
  elapsed: 'Czas trwania',
  newest: 'Najnowsza wiadomość',
  placeholder: 'Napisz wiadomość…',
  messageLabel: 'Wiadomość',
  send: 'Wyślij',
  thread: 'Rozmowa',
  interrupted: 'przerwano',
  failed: 'nie dotarło',
  echo: 'może to echo asystenta',
  typing: 'w trakcie mówienia',
  atWork: 'Praca trwa…',
  reconnected: 'Połączono ponownie',
  callEnded: 'Rozmowa zakończona',
  saidGoodbye: 'Asystent się pożegnał',
  goneOn: 'Rozmowa wznowiona',
  forgotten: 'Rozmowa została usunięta.',
  notices: {
    gap: 'Tu zgubiło się kilka słów',
    tampered: 'Rozmowę zakończono, bo coś na tej stronie w nią ingerowało',
    idle: 'Przez chwilę było cicho, więc rozmowę zakończono',
    wrap_up: 'Poproszono asystenta o zakończenie',
  },
  near: {
    time: 'Do końca rozmowy',
    spoken: 'Do końca rozmowy zostało mniej więcej: {left}.',
    cost_cap: 'Możliwych jest już tylko kilka odpowiedzi',
    day_cap: 'Ten asystent ma dziś mało czasu',
    visitor_cap: 'Masz tu dziś mało czasu',
  },
  forget: 'Zapomnij tę rozmowę',
  forgetQuestion: 'Usunąć na zawsze wszystko, co tu powiedziano?',
  forgetYes: 'Usuń',
  forgetNo: 'Zachowaj',
  ways: {
    text: 'Napisz',
    retry: 'Spróbuj ponownie',
    take_over: 'Kontynuuj tutaj',
    play: 'Włącz dźwięk',
    half_duplex: 'Mów na zmianę',
    push_to_talk: 'Przytrzymaj i mów',
  },
  dismiss: 'Ukryj',
  yes: 'Tak',
  no: 'Nie',
  byHand: 'Odpowiedz tutaj: wypowiedziane „tak” się nie liczy.',
  trouble: {
    mic_denied: {
      title: 'Mikrofon jest zablokowany',
      text: 'Zezwól na niego w pasku adresu przeglądarki i spróbuj ponownie lub pisz dalej.',
    },
    mic_missing: {
      title: 'Nie znaleziono mikrofonu',
      text: 'Podłącz mikrofon i spróbuj ponownie lub pisz dalej.',
    },
    mic_busy: {
      title: 'Mikrofon jest zajęty',
      text: 'Używa go inny program. Zamknij go i spróbuj ponownie lub pisz dalej.',
    },
    mic_unavailable: {
      title: 'Mikrofon nie odpowiada',
      text: 'Urządzenie go nie udostępnia. Spróbuj ponownie, a jeśli to nie pomoże, odśwież stronę lub uruchom przeglądarkę od nowa.',
    },
    mic_slow: {
      title: 'Czekamy na mikrofon',
      text: 'Przeglądarka pyta, czy można go użyć. Do tego czasu pisz.',
    },
    insecure_page: {
      title: 'Głos wymaga bezpiecznej strony',
      text: 'Przeglądarki udostępniają mikrofon tylko na stronach https. Pisać można i tutaj.',
    },
    webrtc_missing: {
      title: 'Ta przeglądarka nie obsługuje rozmów',
      text: 'Możesz pisać.',
    },
    connect_timeout: {
      title: 'Nie udało się połączyć',
      text: 'Twoja sieć być może blokuje rozmowy. Spróbuj ponownie lub pisz dalej.',
    },
    slow_network: {
      title: 'Twoja sieć jest bardzo wolna',
      text: 'Twoje słowa docierają z opóźnieniem. Na razie lepiej pisać.',
    },
    echo: {
      title: 'Asystent chyba słyszy sam siebie',
      text: 'Słuchawki pomogą. Może też słuchać tylko, gdy sam milczy, lub gdy trzymasz przycisk.',
    },
    broker_unreachable: {
      title: 'Jesteśmy teraz nieosiągalni',
      text: 'Sprawdź połączenie i spróbuj ponownie. Nic z rozmowy nie przepadło.',
    },
    audio_blocked: {
      title: 'Przeglądarka wstrzymuje dźwięk',
      text: 'Jedno dotknięcie go włączy.',
    },
    in_other_tab: {
      title: 'Rozmowa jest otwarta w innej karcie',
      text: 'Kontynuuj tam lub przenieś ją do tej karty.',
    },
    superseded: {
      title: 'Rozmowa została przeniesiona',
      text: 'Trwa w innej karcie lub na innym urządzeniu. Możesz przywrócić ją tutaj.',
    },
    gave_up: {
      title: 'Połączenie nie wróciło',
      text: 'Wszystko, co powiedziano, jest zachowane. Spróbuj ponownie przy lepszej sieci.',
    },
    no_answer: {
      title: 'Tym razem brak odpowiedzi',
      text: 'Powtórz lub spróbuj za chwilę.',
    },
    limit_reached: {
      title: 'Dłużej nie możemy rozmawiać',
      text: 'Osiągnięto limit tej rozmowy. To, co powiedziano, jest zachowane.',
    },
    budget_exhausted: {
      title: 'Na razie to wszystko',
      text: 'Ten asystent wyczerpał swój czas. Spróbuj innego dnia.',
    },
    visitor_budget_exhausted: {
      title: 'To wszystko na dziś',
      text: 'Czas każdego gościa jest dziennie ograniczony. Zapraszamy jutro.',
    },
    rate_limited: {
      title: 'Zbyt wiele prób',
      text: 'Było ich stąd za dużo w krótkim czasie. Spróbuj za kilka minut.',
    },
    too_many_calls: {
      title: 'Wszystkie linie są zajęte',
      text: 'Spróbuj za minutę.',
    },
    provider_busy: {
      title: 'Wszystkie linie są zajęte',
      text: 'Spróbuj za kilka sekund.',
    },
    agent_not_found: {
      title: 'Ten asystent nie istnieje',
      text: 'Strona wskazuje asystenta, który nie jest skonfigurowany.',
    },
    origin_refused: {
      title: 'Niedostępne na tej stronie',
      text: 'Ta strona nie może używać tego asystenta.',
    },
    session_not_found: {
      title: 'Poprzedniej rozmowy już nie ma',
      text: 'Została usunięta. Możesz zacząć nową.',
    },
  },
  otherTrouble: { title: 'Nie udało się', text: 'Coś zawiodło po naszej stronie. Spróbuj za chwilę.' },
  limits: {
    day_cap: {
      title: 'Na razie to wszystko',
      text: 'Ten asystent wyczerpał swój czas. To, co powiedziano, jest zachowane. Spróbuj innego dnia.',
    },
    visitor_cap: {
      title: 'To wszystko na dziś',
      text: 'Czas każdego gościa jest dziennie ograniczony. To, co powiedziano, jest zachowane. Zapraszamy jutro.',
    },
  },
}

export const card: CardTexts = {
  opens: 'otwórz asystenta',
  loading: 'Chwileczkę…',
  slow: 'Trwa to dłużej niż zwykle. Próbujemy dalej.',
  failedTitle: 'Asystent jest nieosiągalny',
  failedText: 'Brak połączenia lub awaria usługi. Nic nie przepadło.',
  retry: 'Spróbuj ponownie',
  close: 'Zamknij',
}
