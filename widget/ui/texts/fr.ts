/** French. */
import type { CardTexts } from '../launcher-texts.ts'
import type { Texts } from '../texts.ts'

export const texts: Texts = {
  assistant: 'Assistant',
  you: 'Vous',
  close: 'Fermer',
  ready: 'À votre écoute',
  connecting: 'Connexion…',
  live: 'En communication',
  liveText: 'Connecté',
  reconnecting: 'Reconnexion…',
  ended: 'Appel terminé',
  endedText: 'Conversation en pause',
  listening: 'Écoute',
  relayed: 'Connexion de secours',
  relayedHint:
    'Votre réseau bloque la voie habituelle des appels. Le son en prend une autre et peut arriver un peu plus tard.',
  hearing: 'Vous entend',
  thinking: 'Réfléchit',
  speaking: 'Parle',
  muted: 'Micro coupé',
  mutedHint: 'Votre micro est coupé',
  hello: 'Parlez avec {name}',
  startTalking: 'Commencer à parler',
  microphoneHint: 'Votre navigateur demandera l’accès au micro. Ou écrivez simplement ci-dessous.',
  textHint: 'Écrivez votre question ci-dessous.',
  goAhead: 'Allez-y, je vous écoute.',
  mute: 'Couper le micro',
  unmute: 'Rétablir le micro',
  hangUp: 'Raccrocher',
  interrupt: 'Stop',
  interruptLabel: 'Arrêter de parler',
  holdToTalk: 'Tenir et parler',
  continueTalking: 'Continuer',
  stillHere: 'Votre conversation est toujours là.',
  elapsed: 'Durée',
  newest: 'Dernier message',
  placeholder: 'Écrire un message…',
  messageLabel: 'Message',
  send: 'Envoyer',
  thread: 'Conversation',
  interrupted: 'interrompu',
  failed: 'non transmis',
  echo: 'peut-être un écho de l’assistant',
  typing: 'en train d’être dit',
  atWork: 'Toujours en cours…',
  reconnected: 'Reconnecté',
  callEnded: 'Appel terminé',
  saidGoodbye: 'L’assistant a pris congé',
  goneOn: 'Conversation reprise',
  forgotten: 'La conversation a été effacée.',
  notices: {
    gap: 'Quelques mots ont été perdus ici',
    tampered: 'L’appel a été coupé parce que quelque chose sur cette page l’a perturbé',
    idle: 'Personne n’a parlé pendant un moment, l’appel a donc été coupé',
    wrap_up: 'L’assistant a été prié de conclure',
  },
  near: {
    time: 'Fin de l’appel dans',
    spoken: 'L’appel se termine dans environ {left}.',
    cost_cap: 'Il ne reste que quelques réponses possibles',
    day_cap: 'Cet assistant a peu de temps aujourd’hui',
    visitor_cap: 'Il vous reste peu de temps ici aujourd’hui',
  },
  forget: 'Oublier cette conversation',
  forgetQuestion: 'Effacer définitivement tout ce qui a été dit ici ?',
  forgetYes: 'Effacer',
  forgetNo: 'Garder',
  ways: {
    text: 'Écrire plutôt',
    retry: 'Réessayer',
    take_over: 'Continuer ici',
    play: 'Activer le son',
    half_duplex: 'Parler à tour de rôle',
    push_to_talk: 'Maintenir pour parler',
  },
  dismiss: 'Masquer',
  yes: 'Oui',
  no: 'Non',
  byHand: 'Veuillez répondre ici : un oui prononcé ne compte pas.',
  trouble: {
    mic_denied: {
      title: 'Le micro est bloqué',
      text: 'Autorisez-le dans la barre d’adresse du navigateur et réessayez, ou continuez par écrit.',
    },
    mic_missing: {
      title: 'Aucun micro trouvé',
      text: 'Branchez-en un et réessayez, ou continuez par écrit.',
    },
    mic_busy: {
      title: 'Le micro est déjà utilisé',
      text: 'Un autre programme s’en sert. Fermez-le et réessayez, ou continuez par écrit.',
    },
    mic_unavailable: {
      title: 'Le micro ne répond pas',
      text: 'Votre appareil ne le libère pas. Réessayez ; si cela ne suffit pas, rechargez la page ou redémarrez le navigateur.',
    },
    mic_slow: {
      title: 'En attente du micro',
      text: 'Votre navigateur demande s’il peut être utilisé. D’ici là, continuez par écrit.',
    },
    insecure_page: {
      title: 'La voix exige une page sécurisée',
      text: 'Les navigateurs n’autorisent le micro que sur les pages https. Ici, vous pouvez écrire.',
    },
    webrtc_missing: {
      title: 'Ce navigateur ne peut pas appeler',
      text: 'Vous pouvez continuer par écrit.',
    },
    connect_timeout: {
      title: 'L’appel n’a pas abouti',
      text: 'Votre réseau bloque peut-être les appels. Réessayez, ou continuez par écrit.',
    },
    slow_network: {
      title: 'Votre réseau est très lent',
      text: 'Ce que vous dites arrive en retard. Mieux vaut écrire en attendant.',
    },
    echo: {
      title: 'L’assistant s’entend peut-être lui-même',
      text: 'Un casque aide. Ou il n’écoute que lorsqu’il se tait, ou tant que vous tenez un bouton.',
    },
    broker_unreachable: {
      title: 'Nous sommes injoignables pour le moment',
      text: 'Vérifiez votre connexion et réessayez. Rien de ce qui a été dit n’est perdu.',
    },
    audio_blocked: {
      title: 'Votre navigateur retient le son',
      text: 'Touchez le bouton pour l’activer.',
    },
    in_other_tab: {
      title: 'Conversation ouverte dans un autre onglet',
      text: 'Continuez là-bas, ou ramenez-la dans cet onglet.',
    },
    superseded: {
      title: 'La conversation a changé de place',
      text: 'Elle continue dans un autre onglet ou sur un autre appareil. Vous pouvez la ramener ici.',
    },
    gave_up: {
      title: 'La connexion n’est pas revenue',
      text: 'Tout ce qui a été dit est conservé. Réessayez avec un meilleur réseau.',
    },
    no_answer: {
      title: 'Aucune réponse cette fois',
      text: 'Répétez, ou réessayez dans un instant.',
    },
    limit_reached: {
      title: 'Nous ne pouvons pas parler plus longtemps',
      text: 'La limite de cette conversation est atteinte. Ce qui a été dit est conservé.',
    },
    budget_exhausted: {
      title: 'C’est tout pour le moment',
      text: 'Cet assistant a parlé autant qu’il le peut. Réessayez un autre jour.',
    },
    visitor_budget_exhausted: {
      title: 'C’est tout pour vous aujourd’hui',
      text: 'Le temps de chaque visiteur est limité par jour. Revenez demain.',
    },
    rate_limited: {
      title: 'Trop de tentatives',
      text: 'Il y en a eu trop d’ici en peu de temps. Réessayez dans quelques minutes.',
    },
    too_many_calls: {
      title: 'Toutes les lignes sont occupées',
      text: 'Réessayez dans une minute.',
    },
    provider_busy: {
      title: 'Toutes les lignes sont occupées',
      text: 'Réessayez dans quelques secondes.',
    },
    agent_not_found: {
      title: 'Cet assistant n’existe pas',
      text: 'Le site nomme un assistant qui n’est pas configuré.',
    },
    origin_refused: {
      title: 'Indisponible sur ce site',
      text: 'Ce site n’est pas autorisé à utiliser cet assistant.',
    },
    session_not_found: {
      title: 'L’ancienne conversation n’existe plus',
      text: 'Elle a été effacée. Vous pouvez en commencer une nouvelle.',
    },
  },
  otherTrouble: {
    title: 'Cela n’a pas fonctionné',
    text: 'Une erreur s’est produite chez nous. Réessayez dans un instant.',
  },
  limits: {
    day_cap: {
      title: 'C’est tout pour le moment',
      text: 'Cet assistant a parlé autant qu’il le peut. Ce qui a été dit est conservé. Réessayez un autre jour.',
    },
    visitor_cap: {
      title: 'C’est tout pour vous aujourd’hui',
      text: 'Le temps de chaque visiteur est limité par jour. Ce qui a été dit est conservé. Revenez demain.',
    },
  },
}

export const card: CardTexts = {
  opens: 'ouvrir l’assistant',
  loading: 'Un instant…',
  slow: 'C’est plus long que d’habitude. Un peu de patience.',
  failedTitle: 'L’assistant est injoignable',
  failedText: 'Votre connexion ou notre service est interrompu. Rien n’est perdu.',
  retry: 'Réessayer',
  close: 'Fermer',
}
