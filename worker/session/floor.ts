/** Who has the floor in the call that carries the conversation: the visitor, the assistant or nobody. */
import type { Activity } from '../../protocol/frames.ts'
import type { CallEvent } from '../provider/provider.ts'
import { activityAfter } from './activity.ts'
import type { LineKind } from './line.ts'
import type { Clock } from './ports.ts'

/** So long (ms) after the push-to-talk button was let go a turn may come of it. */
const TURN_COMES_MS = 3_000

export class Floor {
  readonly #clock: Pick<Clock, 'now'>
  readonly #show: (activity: Activity) => void
  #activity: Activity = 'listening'
  /** The push-to-talk button: held down, or let go at this time (ms since 1970). */
  #button: 'held' | number | null = null
  /** The visitor has begun to speak, and no answer to that has begun. */
  #turnIsOpen = false

  /** The answer that is being made has called a tool. */
  #callsTool = false

  constructor(clock: Pick<Clock, 'now'>, show: (activity: Activity) => void) {
    this.#clock = clock
    this.#show = show
  }

  get speaking(): boolean {
    return this.#activity === 'speaking'
  }

  /** Nobody speaks, and nothing that was said waits for its answer. */
  get quiet(): boolean {
    return this.#activity === 'listening' && !this.#isHeld
  }

  /** The visitor speaks, or is about to be answered. */
  get taken(): boolean {
    return this.#turnIsOpen || this.#isHeld
  }

  hear(event: CallEvent, kind: LineKind): void {
    if (event.type === 'speech') this.#turnIsOpen = true
    if (event.type === 'answer_began' || event.type === 'answer_ended') this.#turnIsOpen = false
    if (event.type === 'answer_began') this.#callsTool = false
    if (event.type === 'finished' && event.item.kind === 'tool_call') this.#callsTool = true
    const next = activityAfter(event, this.#activity, kind, this.#callsTool)
    if (next === this.#activity) return
    this.#activity = next
    this.#show(next)
  }

  talk(on: boolean): void {
    this.#button = on ? 'held' : this.#clock.now()
  }

  /** Whether this turn of the visitor came of the button that was let go: told once. */
  takeTurn(): boolean {
    const isAwaited = typeof this.#button === 'number'
    if (isAwaited) this.#button = null
    return isAwaited
  }

  reset(): void {
    this.#activity = 'listening'
    this.#button = null
    this.#turnIsOpen = false
    this.#callsTool = false
  }

  /** The button is held down, or what was said with it is still on its way. */
  get #isHeld(): boolean {
    const turnMayCome = typeof this.#button === 'number' && this.#clock.now() - this.#button < TURN_COMES_MS
    return this.#button === 'held' || turnMayCome
  }
}
