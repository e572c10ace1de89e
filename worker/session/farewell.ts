/**
 * The assistant hangs up (`end_call`): when its goodbye was heard, and not when the visitor has something to say after all.
 */
import type { Item } from '../../protocol/item.ts'
import type { CallEvent } from '../provider/provider.ts'
import type { Clock } from './ports.ts'

/** The goodbye may take so long (ms; design.md section 3, End). */
const PLAY_OUT_MS = 10_000
/** After a restart nobody knows how much of it is still to be heard (ms). */
const AFTER_RESTART_MS = 3_000
/** What was sent is still on its way to the visitor's ear (ms): network, and the browser's own buffer. */
const TAIL_MS = 400

export const HANGS_UP = 'The call ends now. Say nothing more, unless the visitor does.'
export const SAY_GOODBYE = 'Say goodbye in one short sentence now. The call ends when it was heard.'
export const NO_CALL = 'This conversation is in writing: there is no call to end. Say goodbye in one short sentence.'

export interface FarewellPorts {
  clock: Pick<Clock, 'after'>
  /** No answer is asked for, made or played, and the visitor does not speak. */
  isQuiet: () => boolean
  end: () => void
}

export class Farewell {
  readonly #ports: FarewellPorts
  /** `wanted`: the goodbye is still to be said. `over`: it was sent to its end. */
  #state: 'none' | 'wanted' | 'said' | 'over' = 'none'
  #stopTimer = () => {}

  constructor(ports: FarewellPorts) {
    this.#ports = ports
  }

  /** The assistant has no more to say. */
  get isSaid(): boolean {
    return this.#state === 'said' || this.#state === 'over'
  }

  /** Answers what the model is told. @param call of the tool */
  begin(call: Item, newestFirst: Iterable<Item>): string {
    if (call.call === null) return NO_CALL
    const isSaid = goodbyeBefore(call, newestFirst)
    this.#wait(isSaid ? 'said' : 'wanted', PLAY_OUT_MS)
    return isSaid ? HANGS_UP : SAY_GOODBYE
  }

  /** The call is taken up again after a restart of the object. */
  resume(call: string, newestFirst: Iterable<Item>): void {
    if (this.#state === 'none' && wasLeaving(call, newestFirst)) this.#wait('wanted', AFTER_RESTART_MS)
  }

  /** To be told of every event of the call, when that was acted on. */
  hear(event: CallEvent): void {
    if (this.#state === 'none') return
    if (event.type === 'speech' && event.on) return this.cancel()
    if (event.type === 'answer_began') this.#state = 'said'
    if (this.#state === 'said' && this.#ports.isQuiet()) this.#wait('over', TAIL_MS)
  }

  /** The visitor goes on, or the call is over. */
  cancel(): void {
    this.#stopTimer()
    this.#state = 'none'
  }

  #wait(state: 'wanted' | 'said' | 'over', ms: number): void {
    this.cancel()
    this.#state = state
    this.#stopTimer = this.#ports.clock.after(ms, () => {
      this.cancel()
      this.#ports.end()
    })
  }
}

/** Words and call are parts of one answer. */
function goodbyeBefore(call: Item, newestFirst: Iterable<Item>): boolean {
  for (const item of newestFirst) {
    if (item.position >= call.position || item.kind === 'tool_call') continue
    return item.kind === 'message' && item.role === 'assistant' && item.status !== 'failed'
  }
  return false
}

/** Nobody but the assistant has said anything in this call since it wanted to hang up. */
function wasLeaving(call: string, newestFirst: Iterable<Item>): boolean {
  for (const item of newestFirst) {
    if (item.call !== call || (item.kind === 'message' && item.role === 'user')) return false
    if (item.kind === 'tool_result' && item.tool?.name === 'end_call') return true
  }
  return false
}
