/** A conversation that follows a story instead of a broker, for looking at every state of the panel. */
import { signal } from '@preact/signals'
import type { AgentFace } from '../../../protocol/api.ts'
import type { Activity, NoticeFrame } from '../../../protocol/frames.ts'
import type { Item } from '../../../protocol/item.ts'
import { BrokerError } from '../../../widget/client/broker.ts'
import type {
  Conversation,
  ConversationEvent,
  ConversationOptions,
  ConversationState,
  Mode,
  Question,
  ShownImage,
  Trouble,
  TurnTaking,
} from '../../../widget/client/types.ts'

/** Where a story stands when the panel opens. */
export interface Story {
  state?: ConversationState
  mode?: Mode
  items?: readonly Item[]
  activity?: Activity
  atWork?: readonly string[]
  questions?: readonly Question[]
  muted?: boolean
  /** Ids of turns. */
  echoes?: readonly string[]
  path?: 'webrtc' | 'relay'
  /** How long the call has been live, in ms. */
  liveForMs?: number
  trouble?: Trouble
  /** Comes right after the panel was made. */
  notice?: NoticeFrame
  resumable?: boolean
  /** Of each `rate()`: whether it fails. */
  ratingsFail?: boolean[]
  levels?: { input: number; output: number }
  face?: Partial<AgentFace> | null
  /** Of `<parley-widget>`, beside its agent. */
  attributes?: Readonly<Record<string, string>>
  /** Trouble that `start({mode: 'voice'})` runs into. */
  startTrouble?: Trouble
}

const FACE: AgentFace = {
  agent: 'concierge',
  name: 'Harbour House concierge',
  tagline: 'Ask about rooms, breakfast or the way here',
  greeting: 'Welcome to Harbour House. How can I help you?',
  handshake: 'brokered',
  transport: 'auto',
  turns: 'server_vad',
  images: [],
  theme: { accent: '#0f6e84' },
}

export interface FakeConversation extends Conversation {
  /** Plays something from outside: a state, an item, trouble. */
  tell(change: {
    state?: ConversationState
    activity?: Activity
    atWork?: readonly string[]
    questions?: readonly Question[]
    item?: Item
    trouble?: Trouble
    notice?: NoticeFrame
  }): void
  /** What the UI asked for, in order. */
  readonly calls: readonly string[]
  /** Whether the last `start()` came inside a tap of the visitor. */
  readonly startedInTap: boolean
}

export function createFakeConversation(options: Pick<ConversationOptions, 'agent'>, story: Story): FakeConversation {
  const listeners = new Set<(event: ConversationEvent) => void>()
  const state = signal<ConversationState>(story.state ?? 'idle')
  const mode = signal<Mode>(story.mode ?? 'voice')
  const items = signal<readonly Item[]>(story.items ?? [])
  const activity = signal<Activity>(story.activity ?? 'listening')
  const atWork = signal<readonly string[]>(story.atWork ?? [])
  const questions = signal<readonly Question[]>(story.questions ?? [])
  const muted = signal(story.muted ?? false)
  const turnTaking = signal<TurnTaking>('free')
  const liveSince = signal<number | null>(story.state === 'live' ? Date.now() - (story.liveForMs ?? 0) : null)
  const trouble = signal<Trouble | null>(story.trouble ?? null)
  const face = signal<AgentFace | null>(
    story.face === null ? null : { ...FACE, ...story.face, agent: options.agent || FACE.agent },
  )
  const images = signal<ReadonlyMap<string, ShownImage>>(new Map())
  const resumable = signal(story.resumable ?? false)
  const calls: string[] = []
  let startedInTap = false

  const emit = (event: ConversationEvent) => {
    for (const listener of listeners) listener(event)
  }
  const setState = (next: ConversationState) => {
    const previous = state.value
    if (previous === next) return
    state.value = next
    liveSince.value = next === 'live' ? Date.now() : null
    emit({ type: 'state', state: next, previous })
  }
  const put = (item: Item) => {
    items.value = [...items.value.filter(({ id }) => id !== item.id), item].sort((a, b) => a.position - b.position)
    emit({ type: 'item', item })
  }
  const fail = (next: Trouble) => {
    trouble.value = next
    emit({ type: 'trouble', trouble: next })
  }

  return {
    state,
    mode,
    items,
    activity,
    atWork,
    questions,
    muted,
    turnTaking,
    echoes: signal<ReadonlySet<string>>(new Set(story.echoes)),
    path: signal(story.path ?? null),
    liveSince,
    trouble,
    face,
    resumable,
    link: signal(null),
    images,
    calls,
    get startedInTap() {
      return startedInTap
    },
    levels: () => story.levels ?? { input: 0, output: 0 },
    restore: async () => {
      calls.push('restore')
      if (story.notice) emit({ type: 'notice', notice: story.notice })
    },
    start: async (wish = {}) => {
      startedInTap = globalThis.event?.type === 'click'
      calls.push(`start ${wish.mode ?? ''}${wish.takeOver ? ' takeOver' : ''}`)
      trouble.value = null
      mode.value = wish.mode ?? 'voice'
      setState('connecting')
      if (story.startTrouble && mode.value === 'voice') {
        setState(items.value.length > 0 ? 'ended' : 'idle')
        fail(story.startTrouble)
        return
      }
      setState('live')
    },
    end: async () => {
      calls.push('end')
      resumable.value = items.value.length > 0
      setState('ended')
    },
    send: (text, image) => {
      calls.push(`send ${text}${image ? ` with ${image.width} × ${image.height}` : ''}`)
      if (state.value !== 'live') {
        mode.value = 'text'
        setState('connecting')
        setState('live')
      }
      const position = (items.value.at(-1)?.position ?? 0) + 1
      const item = turn('user', text, { position, via: 'text' })
      if (image) images.value = new Map(images.value).set(item.id, image)
      put(image ? { ...item, image: { width: image.width, height: image.height } } : item)
    },
    confirm: (item, yes) => {
      calls.push(`confirm ${item} ${yes}`)
      questions.value = questions.value.filter((question) => question.item !== item)
      return true
    },
    setContext: (text) => {
      calls.push(`setContext ${text}`)
    },
    setMuted: (value) => {
      calls.push(`setMuted ${value}`)
      muted.value = value
    },
    useMicrophone: (id) => void calls.push(`useMicrophone ${id}`),
    agree: (lang) => void calls.push(`agree ${lang}`),
    takeTurns: (how) => {
      calls.push(`takeTurns ${how}`)
      turnTaking.value = how
      trouble.value = null
    },
    talk(on) {
      calls.push(`talk ${on}`)
      return on
    },
    interrupt: () => {
      calls.push('interrupt')
      activity.value = 'listening'
    },
    play: () => {
      calls.push('play')
      trouble.value = null
    },
    rate: async (score) => {
      calls.push(`rate ${score}`)
      if (story.ratingsFail?.shift()) throw new BrokerError('broker_unreachable')
    },
    forget: async () => {
      calls.push('forget')
      items.value = []
      resumable.value = false
      setState('idle')
    },
    dismissTrouble: () => {
      trouble.value = null
    },
    on: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    dispose: () => {
      calls.push('dispose')
      listeners.clear()
    },
    tell: (change) => {
      if (change.item) put(change.item)
      if (change.activity) activity.value = change.activity
      if (change.atWork) atWork.value = change.atWork
      if (change.questions) questions.value = change.questions
      if (change.state) setState(change.state)
      if (change.trouble) fail(change.trouble)
      if (change.notice) emit({ type: 'notice', notice: change.notice })
    },
  }
}

/** An item as the broker would send it; positions and times grow by themselves. */
export function turn(role: Item['role'], text: string, more: Partial<Item> = {}): Item {
  const position = more.position ?? nextPosition++
  return {
    id: `itm_${String(position).padStart(22, '0')}`,
    position,
    role,
    kind: role === 'notice' ? 'notice' : 'message',
    text,
    status: 'completed',
    via: 'voice',
    call: null,
    at: Date.now() - 120_000 + position * 4000,
    ...more,
  }
}

let nextPosition = 1
