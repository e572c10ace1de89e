/** Chinese, simplified. */
import type { CardTexts } from '../launcher-texts.ts'
import type { Texts } from '../texts.ts'

export const texts: Texts = {
  assistant: '助手',
  you: '您',
  close: '关闭',
  ready: '随时可以开始',
  connecting: '正在连接…',
  live: '通话中',
  liveText: '已连接',
  reconnecting: '正在重新连接…',
  ended: '通话已结束',
  endedText: '对话已暂停',
  listening: '正在听',
  relayed: '备用连接',
  relayedHint: '您的网络阻止了通话的常用线路。声音改走其他线路，可能稍有延迟。',
  hearing: '正在听您说',
  thinking: '正在思考',
  speaking: '正在说话',
  muted: '已静音',
  mutedHint: '您已静音',
  hello: '与{name}交谈',
  startTalking: '开始交谈',
  microphoneHint: '浏览器会请求使用麦克风。您也可以直接在下方输入。',
  textHint: '请在下方输入您的问题。',
  goAhead: '请讲，我在听。',
  mute: '静音',
  unmute: '取消静音',
  hangUp: '挂断',
  interrupt: '停止',
  interruptLabel: '停止说话',
  holdToTalk: '按住说话',
  continueTalking: '继续',
  stillHere: '您的对话仍在这里。',
  elapsed: '时长',
  newest: '最新消息',
  placeholder: '输入消息…',
  messageLabel: '消息',
  send: '发送',
  thread: '对话',
  interrupted: '被打断',
  failed: '未送达',
  echo: '可能是助手的回声',
  typing: '正在说',
  atWork: '仍在处理…',
  reconnected: '已重新连接',
  callEnded: '通话已结束',
  saidGoodbye: '助手已道别',
  goneOn: '对话继续',
  forgotten: '对话已删除。',
  notices: {
    gap: '这里丢失了一些话',
    tampered: '由于此页面上的某些内容干扰，通话已结束',
    idle: '安静了一段时间，通话已结束',
    wrap_up: '已请助手结束谈话',
  },
  near: {
    time: '距通话结束',
    spoken: '通话将在约{left}后结束。',
    cost_cap: '只能再回答几次',
    day_cap: '此助手今天所剩时间不多',
    visitor_cap: '您今天在此所剩时间不多',
  },
  forget: '忘记此对话',
  forgetQuestion: '要永久删除这里说过的一切吗？',
  forgetYes: '删除',
  forgetNo: '保留',
  ways: {
    text: '改用文字',
    retry: '重试',
    take_over: '在此继续',
    play: '打开声音',
    half_duplex: '轮流说话',
    push_to_talk: '按住说话',
  },
  dismiss: '隐藏',
  yes: '是',
  no: '否',
  byHand: '请在此处回答：口头同意不算数。',
  trouble: {
    mic_denied: {
      title: '麦克风被阻止',
      text: '请在浏览器地址栏中允许后重试，或改用文字继续。',
    },
    mic_missing: {
      title: '未找到麦克风',
      text: '请接上麦克风后重试，或改用文字继续。',
    },
    mic_busy: {
      title: '麦克风正被占用',
      text: '其他程序正在使用。请关闭该程序后重试，或改用文字继续。',
    },
    mic_unavailable: {
      title: '麦克风没有响应',
      text: '您的设备未提供麦克风。请重试；若无效，请重新加载页面或重启浏览器。',
    },
    mic_slow: {
      title: '正在等待麦克风',
      text: '浏览器正在询问是否允许使用。在此之前可用文字继续。',
    },
    insecure_page: {
      title: '语音需要安全页面',
      text: '浏览器只在 https 页面上允许麦克风。这里可以使用文字。',
    },
    webrtc_missing: {
      title: '此浏览器无法通话',
      text: '您可以用文字继续。',
    },
    connect_timeout: {
      title: '通话未能接通',
      text: '您的网络可能阻止通话。请重试，或改用文字继续。',
    },
    slow_network: {
      title: '您的网络很慢',
      text: '您的话会延迟到达。恢复之前用文字更好。',
    },
    echo: {
      title: '助手可能听到了自己',
      text: '耳机会有帮助。也可让它只在不说话时听，或只在您按住按钮时听。',
    },
    broker_unreachable: {
      title: '暂时无法联系到我们',
      text: '请检查网络后重试。说过的内容没有丢失。',
    },
    audio_blocked: {
      title: '浏览器未播放声音',
      text: '轻点一下即可打开。',
    },
    in_other_tab: {
      title: '此对话已在其他标签页打开',
      text: '请在那里继续，或移到此标签页。',
    },
    superseded: {
      title: '对话已转移',
      text: '它在其他标签页或设备上继续。您可以把它移回这里。',
    },
    gave_up: {
      title: '连接未能恢复',
      text: '说过的内容都已保存。请在网络好转后重试。',
    },
    no_answer: {
      title: '这次没有回答',
      text: '请再说一遍，或稍后重试。',
    },
    limit_reached: {
      title: '我们只能谈到这里',
      text: '已达到此对话的上限。说过的内容已保存。',
    },
    budget_exhausted: {
      title: '暂时到此为止',
      text: '此助手已达到使用上限。请改天再试。',
    },
    visitor_budget_exhausted: {
      title: '今天到此为止',
      text: '每位访客每天的用量有限。欢迎明天再来。',
    },
    rate_limited: {
      title: '尝试次数过多',
      text: '短时间内此处尝试过多。请几分钟后重试。',
    },
    too_many_calls: {
      title: '线路全忙',
      text: '请一分钟后重试。',
    },
    provider_busy: {
      title: '线路全忙',
      text: '请几秒钟后重试。',
    },
    agent_not_found: {
      title: '此助手不存在',
      text: '网站指定的助手尚未设置。',
    },
    origin_refused: {
      title: '此网站无法使用',
      text: '此网站无权使用该助手。',
    },
    session_not_found: {
      title: '之前的对话已不存在',
      text: '它已被删除。您可以开始新的对话。',
    },
  },
  otherTrouble: { title: '没有成功', text: '我们这边出了问题。请稍后重试。' },
  limits: {
    day_cap: {
      title: '暂时到此为止',
      text: '此助手已达到使用上限。说过的内容已保存。请改天再试。',
    },
    visitor_cap: {
      title: '今天到此为止',
      text: '每位访客每天的用量有限。说过的内容已保存。欢迎明天再来。',
    },
  },
}

export const card: CardTexts = {
  opens: '打开助手',
  loading: '请稍候…',
  slow: '比平时慢，我们仍在尝试。',
  failedTitle: '无法连接到助手',
  failedText: '您的网络或我们的服务出现问题。内容没有丢失。',
  retry: '重试',
  close: '关闭',
}
