/**
 * Calls of tools that the visitor's page does. The row of a call says whether it was sent, so that no page begins it a second
 * time; a page that has begun it is asked again after a reconnect, and tells its result again.
 */
import type { ClientFrame, PageFailure, ServerFrame } from '../../protocol/frames.ts'
import { type ToolFailure, ToolRefusal } from '../tools/result.ts'
import type { Clock } from './ports.ts'
import type { ToolRows } from './tool-rows.ts'

/** A page that is not there has so long (ms) to come back. */
const COME_BACK_MS = 3_000

export type PageAnswer = Extract<ClientFrame, { type: 'page_result' | 'page_failed' }>

export interface PagePorts {
  rows: ToolRows
  clock: Clock
  /** To the page that the visitor is on; false where there is none. */
  sendToPage: (frame: ServerFrame) => boolean
}

interface Waiting {
  callId: string
  name: string
  args: unknown
  settle: (answer: PageAnswer) => void
}

const FAILURES: Readonly<Record<PageFailure, Exclude<ToolFailure, 'invalid_arguments'>>> = {
  no_handler: 'no_handler',
  threw: 'threw',
  too_large: 'too_large',
  not_json: 'not_json',
  lost: 'page_lost',
}

export class PageCalls {
  readonly #ports: PagePorts
  /** By the item of the call. */
  readonly #waiting = new Map<string, Waiting>()

  constructor(ports: PagePorts) {
    this.#ports = ports
  }

  /** @throws ToolRefusal. Never answers once the signal is aborted. */
  call(callId: string, name: string, args: unknown, signal: AbortSignal): Promise<unknown> {
    const { rows, clock, sendToPage } = this.#ports
    const item = rows.get(callId)?.item
    return new Promise((resolve, reject) => {
      if (item === undefined) return reject(new ToolRefusal('no_page'))
      const close = () => {
        stopTimer()
        signal.removeEventListener('abort', close)
        this.#waiting.delete(item)
        sendToPage({ type: 'page_tool', item, call: null })
      }
      const settle = (answer: PageAnswer) => {
        close()
        if (answer.type === 'page_failed') return reject(new ToolRefusal(FAILURES[answer.cause]))
        try {
          resolve(JSON.parse(answer.result))
        } catch {
          reject(new ToolRefusal('bad_result'))
        }
      }
      const stopTimer = clock.after(COME_BACK_MS, () => {
        if (rows.get(callId)?.sent) return // its page may come back as long as the tool has time
        close()
        reject(new ToolRefusal('no_page'))
      })
      signal.addEventListener('abort', close)
      this.#waiting.set(item, { callId, name, args, settle })
      this.#offer(item)
    })
  }

  /** False where nothing was asked. */
  answer(answer: PageAnswer): boolean {
    const waiting = this.#waiting.get(answer.item)
    waiting?.settle(answer)
    // A repeat, or a result that came too late, is no mistake of the widget's.
    return waiting !== undefined || this.#ports.rows.ofCall(answer.item)?.sent === true
  }

  /** A page has come, or come back. */
  offerAll(): void {
    for (const item of this.#waiting.keys()) this.#offer(item)
  }

  #offer(item: string): void {
    const { rows, sendToPage } = this.#ports
    const waiting = this.#waiting.get(item)
    const row = waiting && rows.get(waiting.callId)
    if (!waiting || !row) return
    const { name, args } = waiting
    const isSent = sendToPage({ type: 'page_tool', item, call: { name, args, again: row.sent === true } })
    if (isSent && !row.sent) rows.save({ ...row, sent: true })
  }
}
