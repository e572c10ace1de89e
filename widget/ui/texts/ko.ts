/** Korean. */
import type { CardTexts } from '../launcher-texts.ts'
import type { Texts } from '../texts.ts'

export const texts: Texts = {
  assistant: '도우미',
  you: '나',
  close: '닫기',
  ready: '준비되면 시작하세요',
  connecting: '연결 중…',
  live: '통화 중',
  liveText: '연결됨',
  reconnecting: '다시 연결 중…',
  ended: '통화 종료',
  endedText: '대화 일시 중지',
  listening: '듣는 중',
  relayed: '예비 연결',
  relayedHint: '네트워크가 일반 통화 경로를 차단하고 있습니다. 소리가 다른 경로로 가서 조금 늦을 수 있습니다.',
  hearing: '말씀을 듣는 중',
  thinking: '생각하는 중',
  speaking: '말하는 중',
  muted: '음소거됨',
  mutedHint: '마이크가 음소거되었습니다',
  hello: '{name}: 대화하기',
  startTalking: '말하기 시작',
  microphoneHint: '브라우저가 마이크 권한을 요청합니다. 아래에 글로 써도 됩니다.',
  textHint: '아래에 질문을 써 주세요.',
  goAhead: '말씀하세요, 듣고 있습니다.',
  mute: '음소거',
  unmute: '음소거 해제',
  hangUp: '전화 끊기',
  interrupt: '정지',
  interruptLabel: '말하기 중지',
  holdToTalk: '누르고 말하기',
  continueTalking: '계속하기',
  stillHere: '대화가 그대로 남아 있습니다.',
  elapsed: '경과 시간',
  newest: '최신 메시지',
  placeholder: '메시지 쓰기…',
  messageLabel: '메시지',
  send: '보내기',
  thread: '대화',
  interrupted: '중단됨',
  failed: '전달되지 않음',
  echo: '도우미 소리의 메아리일 수 있음',
  typing: '말하는 중',
  atWork: '아직 처리하는 중…',
  reconnected: '다시 연결됨',
  callEnded: '통화 종료',
  saidGoodbye: '도우미가 작별 인사를 했습니다',
  goneOn: '대화를 이어 갑니다',
  forgotten: '대화를 지웠습니다.',
  notices: {
    gap: '여기서 일부 말이 사라졌습니다',
    tampered: '이 페이지의 무언가가 방해하여 통화를 끝냈습니다',
    idle: '한동안 조용해서 통화를 끝냈습니다',
    wrap_up: '도우미에게 마무리를 요청했습니다',
  },
  near: {
    time: '통화 종료까지',
    spoken: '약 {left} 후 통화가 끝납니다.',
    cost_cap: '답변이 몇 번만 더 가능합니다',
    day_cap: '오늘 이 도우미의 남은 시간이 적습니다',
    visitor_cap: '오늘 남은 이용 시간이 적습니다',
  },
  forget: '이 대화 지우기',
  forgetQuestion: '여기서 나눈 말을 모두 영구히 지울까요?',
  forgetYes: '지우기',
  forgetNo: '유지',
  ways: {
    text: '글로 쓰기',
    retry: '다시 시도',
    take_over: '여기서 계속',
    play: '소리 켜기',
    half_duplex: '번갈아 말하기',
    push_to_talk: '누르고 말하기',
  },
  dismiss: '숨기기',
  yes: '예',
  no: '아니요',
  byHand: '여기에서 답해 주세요. 말로 한 ‘예’는 인정되지 않습니다.',
  trouble: {
    mic_denied: {
      title: '마이크가 차단되었습니다',
      text: '브라우저 주소창에서 허용한 뒤 다시 시도하거나 글로 계속하세요.',
    },
    mic_missing: {
      title: '마이크를 찾을 수 없습니다',
      text: '마이크를 연결하고 다시 시도하거나 글로 계속하세요.',
    },
    mic_busy: {
      title: '마이크가 사용 중입니다',
      text: '다른 프로그램이 쓰고 있습니다. 닫고 다시 시도하거나 글로 계속하세요.',
    },
    mic_unavailable: {
      title: '마이크가 응답하지 않습니다',
      text: '기기가 마이크를 내주지 않습니다. 다시 시도하고, 안 되면 페이지를 새로 고치거나 브라우저를 다시 시작하세요.',
    },
    mic_slow: {
      title: '마이크를 기다리는 중',
      text: '브라우저가 사용 허가를 묻고 있습니다. 그동안 글로 계속하세요.',
    },
    insecure_page: {
      title: '음성에는 보안 페이지가 필요합니다',
      text: '브라우저는 https 페이지에서만 마이크를 허용합니다. 글은 쓸 수 있습니다.',
    },
    webrtc_missing: {
      title: '이 브라우저로는 통화할 수 없습니다',
      text: '글로 계속할 수 있습니다.',
    },
    connect_timeout: {
      title: '통화가 연결되지 않았습니다',
      text: '네트워크가 통화를 차단할 수 있습니다. 다시 시도하거나 글로 계속하세요.',
    },
    slow_network: {
      title: '네트워크가 매우 느립니다',
      text: '말씀이 늦게 도착합니다. 나아질 때까지 글이 더 좋습니다.',
    },
    echo: {
      title: '도우미가 자기 소리를 듣는 것 같습니다',
      text: '헤드폰이 도움이 됩니다. 또는 조용할 때만, 버튼을 누르는 동안만 듣게 할 수 있습니다.',
    },
    broker_unreachable: {
      title: '지금은 연결할 수 없습니다',
      text: '연결을 확인하고 다시 시도하세요. 나눈 말은 사라지지 않았습니다.',
    },
    audio_blocked: {
      title: '브라우저가 소리를 막고 있습니다',
      text: '한 번 누르면 켜집니다.',
    },
    in_other_tab: {
      title: '이 대화가 다른 탭에 열려 있습니다',
      text: '그곳에서 계속하거나 이 탭으로 옮기세요.',
    },
    superseded: {
      title: '대화가 옮겨졌습니다',
      text: '다른 탭이나 기기에서 이어지고 있습니다. 여기로 다시 가져올 수 있습니다.',
    },
    gave_up: {
      title: '연결이 돌아오지 않았습니다',
      text: '나눈 말은 모두 보관됩니다. 네트워크가 나아지면 다시 시도하세요.',
    },
    no_answer: {
      title: '이번에는 답이 오지 않았습니다',
      text: '다시 말하거나 잠시 후 다시 시도하세요.',
    },
    limit_reached: {
      title: '더는 대화할 수 없습니다',
      text: '이 대화의 한도에 도달했습니다. 나눈 말은 보관됩니다.',
    },
    budget_exhausted: {
      title: '지금은 여기까지입니다',
      text: '이 도우미의 이용 한도에 도달했습니다. 다른 날 다시 시도하세요.',
    },
    visitor_budget_exhausted: {
      title: '오늘은 여기까지입니다',
      text: '방문자마다 하루 이용량이 정해져 있습니다. 내일 다시 만나요.',
    },
    rate_limited: {
      title: '시도가 너무 많습니다',
      text: '짧은 시간에 너무 많이 시도했습니다. 몇 분 후 다시 시도하세요.',
    },
    too_many_calls: {
      title: '모든 회선이 통화 중입니다',
      text: '1분 후 다시 시도하세요.',
    },
    provider_busy: {
      title: '모든 회선이 통화 중입니다',
      text: '몇 초 후 다시 시도하세요.',
    },
    agent_not_found: {
      title: '없는 도우미입니다',
      text: '웹사이트가 지정한 도우미가 설정되지 않았습니다.',
    },
    origin_refused: {
      title: '이 웹사이트에서 쓸 수 없습니다',
      text: '이 웹사이트는 도우미를 사용할 수 없습니다.',
    },
    session_not_found: {
      title: '이전 대화가 없습니다',
      text: '지워졌습니다. 새 대화를 시작할 수 있습니다.',
    },
  },
  otherTrouble: { title: '되지 않았습니다', text: '저희 쪽에서 문제가 생겼습니다. 잠시 후 다시 시도하세요.' },
  limits: {
    day_cap: {
      title: '지금은 여기까지입니다',
      text: '이 도우미의 이용 한도에 도달했습니다. 나눈 말은 보관됩니다. 다른 날 다시 시도하세요.',
    },
    visitor_cap: {
      title: '오늘은 여기까지입니다',
      text: '방문자마다 하루 이용량이 정해져 있습니다. 나눈 말은 보관됩니다. 내일 다시 만나요.',
    },
  },
}

export const card: CardTexts = {
  opens: '도우미 열기',
  loading: '잠시만요…',
  slow: '평소보다 오래 걸립니다. 계속 시도하고 있습니다.',
  failedTitle: '도우미에 연결할 수 없습니다',
  failedText: '연결이나 서비스에 문제가 있습니다. 잃어버린 내용은 없습니다.',
  retry: '다시 시도',
  close: '닫기',
}
