/** Every state of the panel that is worth a look. */
import type { NoticeFrame } from '../../../protocol/frames.ts'
import { type Story, turn } from './fake-conversation.ts'

const breakfast = [
  turn('assistant', 'Welcome to Harbour House. How can I help you?'),
  turn('user', 'Hello! When is breakfast?'),
  turn('assistant', 'Breakfast is from seven to half past ten, and until half past eleven on weekends.'),
]

const longTalk = [
  ...breakfast,
  turn('user', 'And what does a room with a view cost?'),
  turn(
    'assistant',
    'A double room with harbour view is one hundred and seventy euros a night, with breakfast included.',
  ),
  turn('user', 'We would come with our dog.'),
  turn('assistant', 'Dogs are very welcome here.'),
  turn('assistant', 'It is twenty euros per stay, and there is a good place to walk right behind the house.'),
  turn('user', 'How do we get there from the station?', { via: 'text' }),
  turn('assistant', 'It is ten minutes on foot, or you take bus four to Old Harbour. The house is'),
]

const speaking: Story = {
  state: 'live',
  activity: 'speaking',
  liveForMs: 84_000,
  items: [
    ...breakfast,
    turn('user', 'Is there parking?'),
    turn('assistant', 'We have six parking places at fifteen euros', { status: 'in_progress' }),
  ],
  levels: { input: 0.05, output: 0.6 },
}

function near(more: Partial<NoticeFrame>): NoticeFrame {
  return { type: 'notice', code: 'limit_near', call: null, share: 0.8, ...more }
}

export const STORIES: Readonly<Record<string, Story>> = {
  /** The button alone. */
  closed: {},
  welcome: {},
  'welcome-no-face': { face: null },
  connecting: { state: 'connecting' },
  'live-empty': { state: 'live', liveForMs: 2000, levels: { input: 0.2, output: 0 } },
  listening: {
    state: 'live',
    activity: 'hearing',
    liveForMs: 31_000,
    items: [...breakfast, turn('user', '', { status: 'in_progress' })],
    levels: { input: 0.7, output: 0 },
  },
  thinking: {
    state: 'live',
    activity: 'thinking',
    liveForMs: 31_000,
    items: [...breakfast, turn('user', 'Is there parking?')],
  },
  'handed-over': {
    state: 'live',
    mode: 'text',
    activity: 'listening',
    items: [
      ...breakfast,
      turn('user', 'I want my money back.', { via: 'text' }),
      turn('assistant', 'I have told a person of the house. They will write here.', { via: 'text' }),
      turn('person', 'I have sent it just now. Sorry for the trouble!', { via: 'text', author: 'Bea, front desk' }),
    ],
  },
  pictures: {
    state: 'live',
    mode: 'text',
    activity: 'listening',
    face: { images: ['file', 'screenshot'] },
    items: [
      ...breakfast,
      turn('user', 'Is this the terrace?', { via: 'text', image: { width: 800, height: 600 } }),
      turn('assistant', 'I do not see a picture any more, please show it again.', { via: 'text' }),
    ],
  },
  'at-work': {
    state: 'live',
    activity: 'thinking',
    liveForMs: 31_000,
    items: [...breakfast, turn('user', 'Is my room ready?')],
    atWork: ['item_1'],
  },
  asked: {
    ...speaking,
    questions: [
      {
        item: 'item_1',
        label: 'Booking',
        text: 'Book a double room with harbour view from 2 to 4 December for 340 euros?',
      },
    ],
  },
  speaking,
  relayed: { ...speaking, path: 'relay' },
  muted: { ...speaking, activity: 'listening', muted: true, items: breakfast },
  long: { state: 'live', liveForMs: 754_000, items: longTalk, levels: { input: 0.1, output: 0 } },
  interrupted: {
    state: 'live',
    activity: 'listening',
    liveForMs: 96_000,
    items: [
      ...breakfast,
      turn('assistant', 'Once upon a time there was a captain who', { status: 'interrupted' }),
      turn('user', 'Stop, that is enough.'),
      turn('assistant', 'Of course.'),
    ],
    levels: { input: 0.1, output: 0 },
  },
  reconnecting: { state: 'reconnecting', items: longTalk },
  ended: { state: 'ended', resumable: true, items: breakfast },
  restored: { state: 'idle', resumable: true, items: longTalk },
  'mic-denied': { state: 'live', mode: 'text', items: [], trouble: { code: 'mic_denied', ways: ['text', 'retry'] } },
  'mic-denied-idle': { trouble: { code: 'mic_denied', ways: ['text', 'retry'] } },
  'in-other-tab': {
    state: 'idle',
    resumable: true,
    items: breakfast,
    trouble: { code: 'in_other_tab', ways: ['take_over'] },
  },
  'audio-blocked': { ...speaking, trouble: { code: 'audio_blocked', ways: ['play'] } },
  'gave-up': {
    state: 'ended',
    resumable: true,
    items: longTalk,
    trouble: { code: 'gave_up', ways: ['retry', 'text'] },
  },
  'no-answer': { state: 'live', items: breakfast, liveForMs: 61_000, trouble: { code: 'no_answer', ways: [] } },
  'text-live': {
    state: 'live',
    mode: 'text',
    items: [
      turn('user', 'Do you have step-free rooms?', { via: 'text' }),
      turn('assistant', 'Yes, two of our rooms are step-free, and the house has a lift.', { via: 'text' }),
      turn('user', 'Great. And can we leave our luggage before check-in?', { via: 'text' }),
      turn('assistant', '', { via: 'text', status: 'in_progress' }),
    ],
  },
  'time-near': { ...speaking, liveForMs: 1_440_000, notice: near({ cap: 'time_cap', seconds: 359 }) },
  'money-near': { ...speaking, liveForMs: 1_002_000, notice: near({ cap: 'cost_cap' }) },
  'visitor-near': {
    state: 'live',
    mode: 'text',
    items: breakfast.map((item) => ({ ...item, via: 'text' as const })),
    notice: near({ cap: 'visitor_cap' }),
  },
  'visitor-cap': {
    state: 'ended',
    items: [...breakfast, turn('notice', 'wrap_up'), turn('assistant', 'It was nice to talk with you. Goodbye!')],
    resumable: true,
    trouble: { code: 'limit_reached', ways: [], cause: 'visitor_cap' },
  },
  echo: {
    ...speaking,
    items: [...breakfast, turn('user', 'from seven to ten', { id: 'itm_echo' })],
    echoes: ['itm_echo'],
    trouble: { code: 'echo', ways: ['half_duplex', 'push_to_talk'] },
  },
  'push-to-talk': { state: 'live', liveForMs: 12_000, items: breakfast, face: { turns: 'push_to_talk' } },
  'start-refused': { startTrouble: { code: 'mic_denied', ways: ['text', 'retry'] } },
  consent: {
    face: {
      consent: {
        text: 'You talk with a computer. What is said is written down and kept for 30 days, so that you can come back to it.',
        url: 'https://shop.example/privacy',
        version: '1',
      },
    },
  },
  rating: { state: 'ended', resumable: true, items: breakfast, attributes: { rating: 'true' } },
  'card-welcome': { attributes: { layout: 'card' } },
  'card-speaking': { ...speaking, attributes: { layout: 'card' } },
  inline: { ...speaking, attributes: { layout: 'inline' } },
}

/** The twelve states that visitors meet most, for contact sheets and for what is checked in each of them. */
export const TWELVE = [
  ...['closed', 'welcome', 'consent', 'connecting', 'listening', 'thinking'],
  ...['speaking', 'muted', 'reconnecting', 'mic-denied', 'text-live', 'rating'],
] as const
