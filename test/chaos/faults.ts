/**
 * What goes wrong. `arm` before the phase acts, `strike` while it acts. A fault must be seen to have struck: a cell in which
 * nothing went wrong shows nothing.
 */
import type { JournalEntry } from '../../simulator/journal.ts'
import { CRASHES } from './faults-crash.ts'
import { PROVIDER_FAULTS } from './faults-provider.ts'
import { OPENING } from './phases.ts'
import type { Scene } from './scene.ts'

export interface Fault {
  readonly name: string
  /** Before anything else. */
  before?(scene: Scene, phase: string): Promise<void>
  arm?(scene: Scene, phase: string): Promise<void>
  strike?(scene: Scene, phase: string): Promise<void>
  /** What shows that it struck; looked at after everything is over. */
  struck(scene: Scene, journal: JournalEntry[], phase: string): Promise<boolean> | boolean
}

/** What the provider tells during an answer, in a call and on a text line. */
const ANSWER_EVENTS = [
  'conversation.item.added',
  'conversation.item.done',
  'response.created',
  'response.output_item.added',
  'response.output_item.done',
  'response.done',
] as const
const SPOKEN_EVENTS = ['response.output_audio_transcript.delta', 'output_audio_buffer.started'] as const

const happened = (state: string) => (_: Scene, journal: JournalEntry[]) =>
  journal.some((entry) => entry.state === state)

const duplicates: Fault = {
  name: 'duplicate event',
  async arm(scene) {
    scene.lead.doubling = true
    for (const type of [...ANSWER_EVENTS, ...SPOKEN_EVENTS, 'session.updated']) {
      await scene.fault('repeat_event', { type, count: 4, coming: true })
    }
  },
  struck: happened('event_repeated'),
}

const losses: Fault = {
  name: 'lost event',
  async arm(scene, phase) {
    const opening = OPENING.has(phase) ? ['session.updated'] : []
    // Of the last answer not more than its beginning comes before the end.
    const all = [...ANSWER_EVENTS, ...SPOKEN_EVENTS, ...opening]
    const type = scene.chance.pick(phase === 'ending' ? ANSWER_EVENTS.slice(0, 3) : all)
    await scene.fault('lose_event', { type, count: 1, coming: true })
  },
  struck: happened('event_lost'),
}

const disorder: Fault = {
  name: 'out of order',
  async arm(scene) {
    const types = [...ANSWER_EVENTS, ...SPOKEN_EVENTS]
    for (const type of [scene.chance.pick(types), scene.chance.pick(types), 'conversation.item.added']) {
      await scene.fault('swap_event', { type, count: 2, coming: true })
    }
  },
  struck: happened('event_swapped'),
}

const twoCreates: Fault = {
  name: 'two creates at once',
  async arm(scene, phase) {
    if (phase === 'starting') scene.lead.doubling = true
  },
  async strike(scene, phase) {
    if (phase === 'starting') return
    const twin = scene.twin()
    // Side by side with whatever the first tab is doing; when resuming, with its own request.
    const { lead } = scene
    const [one] = await Promise.all([twin.open(), scene.chance.int(2) === 0 ? lead.open() : null])
    if (one === null) return // the first tab has taken over
    await twin.connect()
    scene.lead = twin
  },
  struck: (scene, _, phase) => {
    const keys = scene.visitors.flatMap(({ log }) =>
      log.exchanges.flatMap(({ key, path }) => (key && /\/(calls|sessions)$/.test(path) ? [key] : [])),
    )
    return phase === 'starting' ? new Set(keys).size < keys.length : scene.visitors.length > 1
  },
}

const skew: Fault = {
  name: 'clock skew',
  async arm(scene, phase) {
    const ms = scene.chance.pick([-8_000, -2_000, 5_000, 90_000, 3_600_000])
    if (phase === 'starting') await scene.arena.control('all', '-', 'skew', { ms })
    else await scene.tellSession('skew', { ms })
  },
  struck: async (scene) => (await scene.tellSession<number>('offset')) !== 0,
}

export const FAULTS: readonly Fault[] = [duplicates, losses, disorder, ...PROVIDER_FAULTS, ...CRASHES, twoCreates, skew]
