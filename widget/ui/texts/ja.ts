/** Japanese. */
import type { CardTexts } from '../launcher-texts.ts'
import type { Texts } from '../texts.ts'

export const texts: Texts = {
  assistant: 'アシスタント',
  you: 'あなた',
  close: '閉じる',
  ready: 'いつでもどうぞ',
  connecting: '接続中…',
  live: '通話中',
  liveText: '接続済み',
  reconnecting: '再接続中…',
  ended: '通話終了',
  endedText: '会話を一時停止中',
  listening: '待機中',
  relayed: '予備の接続',
  relayedHint:
    'お使いのネットワークは通常の通話経路を遮断しています。別の経路を使うため、音声が少し遅れることがあります。',
  hearing: '聞き取り中',
  thinking: '考え中',
  speaking: '発話中',
  muted: 'ミュート中',
  mutedHint: 'ミュート中です',
  hello: '{name}と話す',
  startTalking: '話し始める',
  microphoneHint: 'ブラウザがマイクの許可を求めます。下に入力するだけでもかまいません。',
  textHint: '質問を下に入力してください。',
  goAhead: 'どうぞ、お話しください。',
  mute: 'ミュート',
  unmute: 'ミュート解除',
  hangUp: '通話を切る',
  interrupt: '停止',
  interruptLabel: '話すのを止める',
  holdToTalk: '押している間話す',
  continueTalking: '続ける',
  stillHere: '会話は残っています。',
  elapsed: '経過時間',
  newest: '最新のメッセージ',
  placeholder: 'メッセージを入力…',
  messageLabel: 'メッセージ',
  send: '送信',
  thread: '会話',
  interrupted: '中断',
  failed: '届きませんでした',
  echo: 'アシスタントの声の反響かもしれません',
  typing: '話しています',
  atWork: '処理を続けています…',
  reconnected: '再接続しました',
  callEnded: '通話終了',
  saidGoodbye: 'アシスタントが通話を終えました',
  goneOn: '会話を再開しました',
  forgotten: '会話を消去しました。',
  notices: {
    gap: 'ここで一部の言葉が失われました',
    tampered: 'このページの何かが干渉したため、通話を終了しました',
    idle: 'しばらく無音だったため、通話を終了しました',
    wrap_up: 'アシスタントに話を終えるよう求めました',
  },
  near: {
    time: '通話終了まで',
    spoken: '通話は約{left}で終了します。',
    cost_cap: '残りの回答はあとわずかです',
    day_cap: '本日のこのアシスタントの残り時間はわずかです',
    visitor_cap: '本日の残り時間はわずかです',
  },
  forget: 'この会話を消去',
  forgetQuestion: 'ここでの会話をすべて完全に消去しますか？',
  forgetYes: '消去',
  forgetNo: '残す',
  ways: {
    text: '文字で続ける',
    retry: '再試行',
    take_over: 'ここで続ける',
    play: '音声をオン',
    half_duplex: '交互に話す',
    push_to_talk: '押している間話す',
  },
  dismiss: '閉じる',
  yes: 'はい',
  no: 'いいえ',
  byHand: 'こちらでお答えください。口頭の「はい」は無効です。',
  trouble: {
    mic_denied: {
      title: 'マイクがブロックされています',
      text: 'アドレスバーで許可して再試行するか、文字で続けてください。',
    },
    mic_missing: {
      title: 'マイクが見つかりません',
      text: 'マイクをつないで再試行するか、文字で続けてください。',
    },
    mic_busy: {
      title: 'マイクは使用中です',
      text: '別のアプリが使っています。それを閉じて再試行するか、文字で続けてください。',
    },
    mic_unavailable: {
      title: 'マイクが応答しません',
      text: '端末がマイクを使わせません。再試行し、だめならページを再読み込みするか、ブラウザを再起動してください。',
    },
    mic_slow: {
      title: 'マイクを待っています',
      text: 'ブラウザが使用の許可を求めています。それまで文字で続けてください。',
    },
    insecure_page: {
      title: '音声には安全なページが必要です',
      text: 'マイクはhttpsのページでのみ使えます。文字はここでも使えます。',
    },
    webrtc_missing: {
      title: 'このブラウザでは通話できません',
      text: '文字で続けられます。',
    },
    connect_timeout: {
      title: '通話がつながりませんでした',
      text: 'ネットワークが通話を遮断しているかもしれません。再試行するか、文字で続けてください。',
    },
    slow_network: {
      title: 'ネットワークがとても遅いです',
      text: 'お話が遅れて届きます。回復するまで文字のほうが確実です。',
    },
    echo: {
      title: 'アシスタントが自分の声を聞いているようです',
      text: 'ヘッドホンが有効です。または、黙っている間だけか、ボタンを押している間だけ聞かせることもできます。',
    },
    broker_unreachable: {
      title: '現在つながりません',
      text: '接続を確認して再試行してください。会話は失われていません。',
    },
    audio_blocked: {
      title: 'ブラウザが音声を止めています',
      text: '一度タップするとオンになります。',
    },
    in_other_tab: {
      title: 'この会話は別のタブで開いています',
      text: 'そちらで続けるか、このタブに移してください。',
    },
    superseded: {
      title: '会話が移動しました',
      text: '別のタブか端末で続いています。ここに戻せます。',
    },
    gave_up: {
      title: '接続が戻りませんでした',
      text: '会話はすべて保存されています。通信が改善したら再試行してください。',
    },
    no_answer: {
      title: '今回は回答がありませんでした',
      text: 'もう一度話すか、少し待って再試行してください。',
    },
    limit_reached: {
      title: 'これ以上はお話しできません',
      text: 'この会話の上限に達しました。会話は保存されています。',
    },
    budget_exhausted: {
      title: '今はここまでです',
      text: 'このアシスタントは利用上限に達しました。別の日にお試しください。',
    },
    visitor_budget_exhausted: {
      title: '本日はここまでです',
      text: '1日に利用できる量は限られています。また明日お越しください。',
    },
    rate_limited: {
      title: '試行回数が多すぎます',
      text: '短時間に多くの試行がありました。数分後に再試行してください。',
    },
    too_many_calls: {
      title: '回線がすべて使用中です',
      text: '1分後に再試行してください。',
    },
    provider_busy: {
      title: '回線がすべて使用中です',
      text: '数秒後に再試行してください。',
    },
    agent_not_found: {
      title: 'このアシスタントは存在しません',
      text: 'サイトが指定したアシスタントは設定されていません。',
    },
    origin_refused: {
      title: 'このサイトでは利用できません',
      text: 'このサイトにはアシスタントの使用が許可されていません。',
    },
    session_not_found: {
      title: '以前の会話はもうありません',
      text: '消去されました。新しい会話を始められます。',
    },
  },
  otherTrouble: { title: 'うまくいきませんでした', text: 'こちら側で問題が起きました。少し待って再試行してください。' },
  limits: {
    day_cap: {
      title: '今はここまでです',
      text: 'このアシスタントは利用上限に達しました。会話は保存されています。別の日にお試しください。',
    },
    visitor_cap: {
      title: '本日はここまでです',
      text: '1日に利用できる量は限られています。会話は保存されています。また明日お越しください。',
    },
  },
}

export const card: CardTexts = {
  opens: 'アシスタントを開く',
  loading: 'お待ちください…',
  slow: '通常より時間がかかっています。',
  failedTitle: 'アシスタントに接続できません',
  failedText: '通信または当サービスに問題があります。内容は失われていません。',
  retry: '再試行',
  close: '閉じる',
}
