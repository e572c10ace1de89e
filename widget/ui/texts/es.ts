/** Spanish. */
import type { CardTexts } from '../launcher-texts.ts'
import type { Texts } from '../texts.ts'

export const texts: Texts = {
  assistant: 'Asistente',
  you: 'Usted',
  close: 'Cerrar',
  ready: 'Cuando usted quiera',
  connecting: 'Conectando…',
  live: 'En llamada',
  liveText: 'Conectado',
  reconnecting: 'Reconectando…',
  ended: 'Llamada finalizada',
  endedText: 'Conversación en pausa',
  listening: 'Escuchando',
  relayed: 'Conexión alternativa',
  relayedHint: 'Su red bloquea la vía habitual de las llamadas. El sonido va por otra y puede llegar algo más tarde.',
  hearing: 'Le oye',
  thinking: 'Pensando',
  speaking: 'Hablando',
  muted: 'Silenciado',
  mutedHint: 'Su micrófono está silenciado',
  hello: 'Hable con {name}',
  startTalking: 'Empezar a hablar',
  microphoneHint: 'Su navegador pedirá el micrófono. O simplemente escriba abajo.',
  textHint: 'Escriba su pregunta abajo.',
  goAhead: 'Adelante, le escucho.',
  mute: 'Silenciar',
  unmute: 'Activar micrófono',
  hangUp: 'Colgar',
  interrupt: 'Parar',
  interruptLabel: 'Dejar de hablar',
  holdToTalk: 'Pulsar y hablar',
  continueTalking: 'Continuar',
  stillHere: 'Su conversación sigue aquí.',
  elapsed: 'Duración',
  newest: 'Mensaje más reciente',
  placeholder: 'Escriba un mensaje…',
  messageLabel: 'Mensaje',
  send: 'Enviar',
  thread: 'Conversación',
  interrupted: 'interrumpido',
  failed: 'no llegó',
  echo: 'quizá un eco del asistente',
  typing: 'se está diciendo',
  atWork: 'Sigo en ello…',
  reconnected: 'Reconectado',
  callEnded: 'Llamada finalizada',
  saidGoodbye: 'El asistente se despidió',
  goneOn: 'Conversación reanudada',
  forgotten: 'La conversación se ha borrado.',
  notices: {
    gap: 'Aquí se perdieron algunas palabras',
    tampered: 'La llamada terminó porque algo en esta página interfirió',
    idle: 'Hubo silencio un rato y la llamada terminó',
    wrap_up: 'Se pidió al asistente que concluyera',
  },
  near: {
    time: 'La llamada termina en',
    spoken: 'La llamada termina en unos {left}.',
    cost_cap: 'Solo quedan unas pocas respuestas',
    day_cap: 'Este asistente tiene poco tiempo hoy',
    visitor_cap: 'Hoy le queda poco tiempo aquí',
  },
  forget: 'Olvidar esta conversación',
  forgetQuestion: '¿Borrar para siempre todo lo dicho aquí?',
  forgetYes: 'Borrar',
  forgetNo: 'Conservar',
  ways: {
    text: 'Escribir',
    retry: 'Reintentar',
    take_over: 'Continuar aquí',
    play: 'Activar sonido',
    half_duplex: 'Hablar por turnos',
    push_to_talk: 'Mantener para hablar',
  },
  dismiss: 'Ocultar',
  yes: 'Sí',
  no: 'No',
  byHand: 'Responda aquí, por favor: un sí hablado no cuenta.',
  trouble: {
    mic_denied: {
      title: 'El micrófono está bloqueado',
      text: 'Permítalo en la barra de direcciones del navegador y reintente, o siga por escrito.',
    },
    mic_missing: {
      title: 'No se encontró micrófono',
      text: 'Conecte uno y reintente, o siga por escrito.',
    },
    mic_busy: {
      title: 'El micrófono está en uso',
      text: 'Otro programa lo tiene. Ciérrelo y reintente, o siga por escrito.',
    },
    mic_unavailable: {
      title: 'El micrófono no responde',
      text: 'Su dispositivo no lo entrega. Reintente; si no ayuda, recargue la página o reinicie el navegador.',
    },
    mic_slow: {
      title: 'Esperando el micrófono',
      text: 'Su navegador pregunta si puede usarse. Mientras tanto, siga por escrito.',
    },
    insecure_page: {
      title: 'La voz necesita una página segura',
      text: 'Los navegadores solo permiten el micrófono en páginas https. Aquí puede escribir.',
    },
    webrtc_missing: {
      title: 'Este navegador no puede llamar',
      text: 'Puede seguir por escrito.',
    },
    connect_timeout: {
      title: 'La llamada no se conectó',
      text: 'Quizá su red bloquea las llamadas. Reintente, o siga por escrito.',
    },
    slow_network: {
      title: 'Su red es muy lenta',
      text: 'Lo que dice llega tarde. Es mejor escribir hasta que se recupere.',
    },
    echo: {
      title: 'El asistente quizá se oye a sí mismo',
      text: 'Unos auriculares ayudan. O que escuche solo cuando calla, o mientras usted pulsa un botón.',
    },
    broker_unreachable: {
      title: 'Ahora mismo no estamos disponibles',
      text: 'Compruebe su conexión y reintente. Nada de lo dicho se ha perdido.',
    },
    audio_blocked: {
      title: 'Su navegador retiene el sonido',
      text: 'Un toque lo activa.',
    },
    in_other_tab: {
      title: 'La conversación está abierta en otra pestaña',
      text: 'Siga allí, o tráigala a esta pestaña.',
    },
    superseded: {
      title: 'La conversación se ha movido',
      text: 'Sigue en otra pestaña o en otro dispositivo. Puede traerla de vuelta.',
    },
    gave_up: {
      title: 'La conexión no volvió',
      text: 'Todo lo dicho se conserva. Reintente cuando su red mejore.',
    },
    no_answer: {
      title: 'Esta vez no hubo respuesta',
      text: 'Dígalo otra vez, o reintente en un momento.',
    },
    limit_reached: {
      title: 'No podemos hablar más tiempo',
      text: 'Se alcanzó el límite de esta conversación. Lo dicho se conserva.',
    },
    budget_exhausted: {
      title: 'Es todo por ahora',
      text: 'Este asistente ha hablado todo lo que puede. Vuelva otro día.',
    },
    visitor_budget_exhausted: {
      title: 'Es todo por hoy',
      text: 'Cada visitante tiene un tiempo limitado al día. Le esperamos mañana.',
    },
    rate_limited: {
      title: 'Demasiados intentos',
      text: 'Hubo demasiados desde aquí en poco tiempo. Reintente en unos minutos.',
    },
    too_many_calls: {
      title: 'Todas las líneas están ocupadas',
      text: 'Reintente en un minuto.',
    },
    provider_busy: {
      title: 'Todas las líneas están ocupadas',
      text: 'Reintente en unos segundos.',
    },
    agent_not_found: {
      title: 'Este asistente no existe',
      text: 'El sitio nombra un asistente que no está configurado.',
    },
    origin_refused: {
      title: 'No disponible en este sitio',
      text: 'Este sitio no tiene permiso para usar el asistente.',
    },
    session_not_found: {
      title: 'La conversación anterior ya no está',
      text: 'Se ha borrado. Puede empezar una nueva.',
    },
  },
  otherTrouble: { title: 'No ha funcionado', text: 'Algo falló por nuestra parte. Reintente en un momento.' },
  limits: {
    day_cap: {
      title: 'Es todo por ahora',
      text: 'Este asistente ha hablado todo lo que puede. Lo dicho se conserva. Vuelva otro día.',
    },
    visitor_cap: {
      title: 'Es todo por hoy',
      text: 'Cada visitante tiene un tiempo limitado al día. Lo dicho se conserva. Le esperamos mañana.',
    },
  },
}

export const card: CardTexts = {
  opens: 'abrir el asistente',
  loading: 'Un momento…',
  slow: 'Tarda más de lo normal. Seguimos intentándolo.',
  failedTitle: 'El asistente no responde',
  failedText: 'Falla su conexión o nuestro servicio. No se ha perdido nada.',
  retry: 'Reintentar',
  close: 'Cerrar',
}
