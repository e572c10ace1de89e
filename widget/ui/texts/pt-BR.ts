/** Portuguese, as in Brazil. */
import type { CardTexts } from '../launcher-texts.ts'
import type { Texts } from '../texts.ts'

export const texts: Texts = {
  assistant: 'Assistente',
  you: 'Você',
  close: 'Fechar',
  ready: 'Pronto quando você quiser',
  connecting: 'Conectando…',
  live: 'Em chamada',
  liveText: 'Conectado',
  reconnecting: 'Reconectando…',
  ended: 'Chamada encerrada',
  endedText: 'Conversa em pausa',
  listening: 'Ouvindo',
  relayed: 'Conexão alternativa',
  relayedHint: 'Sua rede bloqueia o caminho normal das chamadas. O som vai por outro e pode chegar um pouco depois.',
  hearing: 'Ouvindo você',
  thinking: 'Pensando',
  speaking: 'Falando',
  muted: 'Mudo',
  mutedHint: 'Seu microfone está mudo',
  hello: 'Fale com {name}',
  startTalking: 'Começar a falar',
  microphoneHint: 'Seu navegador pedirá o microfone. Ou simplesmente escreva abaixo.',
  textHint: 'Escreva sua pergunta abaixo.',
  goAhead: 'Pode falar, estou ouvindo.',
  mute: 'Silenciar',
  unmute: 'Ativar microfone',
  hangUp: 'Desligar',
  interrupt: 'Parar',
  interruptLabel: 'Parar de falar',
  holdToTalk: 'Segure e fale',
  continueTalking: 'Continuar',
  stillHere: 'Sua conversa ainda está aqui.',
  elapsed: 'Duração',
  newest: 'Mensagem mais recente',
  placeholder: 'Escreva uma mensagem…',
  messageLabel: 'Mensagem',
  send: 'Enviar',
  thread: 'Conversa',
  interrupted: 'interrompido',
  failed: 'não chegou',
  echo: 'talvez um eco do assistente',
  typing: 'sendo dito',
  atWork: 'Ainda trabalhando nisso…',
  reconnected: 'Reconectado',
  callEnded: 'Chamada encerrada',
  saidGoodbye: 'O assistente se despediu',
  goneOn: 'Conversa retomada',
  forgotten: 'A conversa foi apagada.',
  notices: {
    gap: 'Algumas palavras se perderam aqui',
    tampered: 'A chamada foi encerrada porque algo nesta página interferiu nela',
    idle: 'Houve silêncio por um tempo, e a chamada foi encerrada',
    wrap_up: 'Pedimos ao assistente que concluísse',
  },
  near: {
    time: 'A chamada termina em',
    spoken: 'A chamada termina em cerca de {left}.',
    cost_cap: 'Restam poucas respostas',
    day_cap: 'Este assistente tem pouco tempo hoje',
    visitor_cap: 'Você tem pouco tempo aqui hoje',
  },
  forget: 'Esquecer esta conversa',
  forgetQuestion: 'Apagar para sempre tudo o que foi dito aqui?',
  forgetYes: 'Apagar',
  forgetNo: 'Manter',
  ways: {
    text: 'Escrever',
    retry: 'Tentar de novo',
    take_over: 'Continuar aqui',
    play: 'Ativar o som',
    half_duplex: 'Falar por turnos',
    push_to_talk: 'Segure para falar',
  },
  dismiss: 'Ocultar',
  yes: 'Sim',
  no: 'Não',
  byHand: 'Responda aqui, por favor: um sim falado não vale.',
  trouble: {
    mic_denied: {
      title: 'O microfone está bloqueado',
      text: 'Permita-o na barra de endereço do navegador e tente de novo, ou continue por escrito.',
    },
    mic_missing: {
      title: 'Nenhum microfone encontrado',
      text: 'Conecte um e tente de novo, ou continue por escrito.',
    },
    mic_busy: {
      title: 'O microfone está em uso',
      text: 'Outro programa está com ele. Feche-o e tente de novo, ou continue por escrito.',
    },
    mic_unavailable: {
      title: 'O microfone não responde',
      text: 'Seu aparelho não o libera. Tente de novo; se não ajudar, recarregue a página ou reinicie o navegador.',
    },
    mic_slow: {
      title: 'Aguardando o microfone',
      text: 'Seu navegador pergunta se pode usá-lo. Até lá, continue por escrito.',
    },
    insecure_page: {
      title: 'A voz precisa de uma página segura',
      text: 'Navegadores só liberam o microfone em páginas https. Aqui você pode escrever.',
    },
    webrtc_missing: {
      title: 'Este navegador não faz chamadas',
      text: 'Você pode continuar por escrito.',
    },
    connect_timeout: {
      title: 'A chamada não conectou',
      text: 'Talvez sua rede bloqueie chamadas. Tente de novo, ou continue por escrito.',
    },
    slow_network: {
      title: 'Sua rede está muito lenta',
      text: 'O que você diz chega atrasado. Escrever funciona melhor até ela se recuperar.',
    },
    echo: {
      title: 'O assistente talvez se ouça',
      text: 'Fones ajudam. Ou ele ouve só quando está calado, ou enquanto você segura um botão.',
    },
    broker_unreachable: {
      title: 'Não estamos disponíveis agora',
      text: 'Verifique sua conexão e tente de novo. Nada do que foi dito se perdeu.',
    },
    audio_blocked: {
      title: 'Seu navegador está retendo o som',
      text: 'Um toque o ativa.',
    },
    in_other_tab: {
      title: 'A conversa está aberta em outra aba',
      text: 'Continue por lá, ou traga-a para esta aba.',
    },
    superseded: {
      title: 'A conversa mudou de lugar',
      text: 'Ela continua em outra aba ou em outro aparelho. Você pode trazê-la de volta.',
    },
    gave_up: {
      title: 'A conexão não voltou',
      text: 'Tudo o que foi dito está guardado. Tente de novo quando a rede melhorar.',
    },
    no_answer: {
      title: 'Desta vez não houve resposta',
      text: 'Diga de novo, ou tente daqui a pouco.',
    },
    limit_reached: {
      title: 'Não podemos falar por mais tempo',
      text: 'O limite desta conversa foi atingido. O que foi dito está guardado.',
    },
    budget_exhausted: {
      title: 'É tudo por agora',
      text: 'Este assistente já falou tudo o que podia. Volte outro dia.',
    },
    visitor_budget_exhausted: {
      title: 'É tudo por hoje',
      text: 'Cada visitante tem um tempo limitado por dia. Volte amanhã.',
    },
    rate_limited: {
      title: 'Muitas tentativas',
      text: 'Foram muitas daqui em pouco tempo. Tente de novo em alguns minutos.',
    },
    too_many_calls: {
      title: 'Todas as linhas estão ocupadas',
      text: 'Tente de novo em um minuto.',
    },
    provider_busy: {
      title: 'Todas as linhas estão ocupadas',
      text: 'Tente de novo em alguns segundos.',
    },
    agent_not_found: {
      title: 'Este assistente não existe',
      text: 'O site indica um assistente que não está configurado.',
    },
    origin_refused: {
      title: 'Indisponível neste site',
      text: 'Este site não tem permissão para usar o assistente.',
    },
    session_not_found: {
      title: 'A conversa antiga não existe mais',
      text: 'Ela foi apagada. Você pode começar uma nova.',
    },
  },
  otherTrouble: { title: 'Não deu certo', text: 'Algo falhou do nosso lado. Tente de novo daqui a pouco.' },
  limits: {
    day_cap: {
      title: 'É tudo por agora',
      text: 'Este assistente já falou tudo o que podia. O que foi dito está guardado. Volte outro dia.',
    },
    visitor_cap: {
      title: 'É tudo por hoje',
      text: 'Cada visitante tem um tempo limitado por dia. O que foi dito está guardado. Volte amanhã.',
    },
  },
}

export const card: CardTexts = {
  opens: 'abrir o assistente',
  loading: 'Um momento…',
  slow: 'Está demorando mais que o normal. Continuamos tentando.',
  failedTitle: 'O assistente não responde',
  failedText: 'Sua conexão ou nosso serviço falhou. Nada foi perdido.',
  retry: 'Tentar de novo',
  close: 'Fechar',
}
