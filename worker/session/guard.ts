/** Acts on what the tamper watch says about one call: puts the configuration back, keeps evidence, ends the call. */
import type { Log } from '../log.ts'
import type { CallEvent } from '../provider/provider.ts'
import { asTold } from './person.ts'
import type { Clock } from './ports.ts'
import type { Recorder } from './recorder.ts'
import type { CallRow, SessionRow, Store } from './store.ts'
import { TamperWatch, type Verdict, WAIT_MS } from './tamper.ts'

export interface GuardPorts {
  store: Store
  recorder: Recorder
  clock: Clock
  log: Log
  /** Sends our whole configuration again. */
  putBack: () => void
  end: () => void
  /** The call still carries the conversation, or is to. */
  isCarried: () => boolean
}

/** Lives as long as its call, over all the sidebands that it has, or until the object is restarted. */
export class Guard {
  readonly call: string
  readonly watch: TamperWatch
  readonly #ports: GuardPorts

  constructor({ agent }: SessionRow, call: CallRow, ports: GuardPorts) {
    const { store, clock } = ports
    this.call = call.id
    this.#ports = ports
    this.watch = new TamperWatch({
      mode: agent.tamper,
      pushToTalk: agent.turns.detection === 'push_to_talk',
      now: clock.now,
      item: (id) => {
        const item = store.item(id)
        return item && (item.image ? item : asTold(item))
      },
    })
  }

  /** Lets `hear` take the event, whatever it is, and then does what has to be done. */
  pass(event: CallEvent, hear: (event: CallEvent) => void): void {
    const verdict = this.watch.judge(event)
    hear(event)
    // The call ends with the verdict: no more will come of an item that is not ours.
    if (event.type === 'placed' && verdict.foreign) hear({ type: 'finished', item: event.item, cut: false })
    this.#obey(verdict)
  }

  /** The call is over: what could not be explained until now never will be, and must not become history. */
  close(): void {
    for (const id of this.watch.unexplained()) this.#ports.recorder.disown(id)
  }

  #obey({ act, sign, foreign = [] }: Verdict): void {
    const { recorder, clock, log, putBack, end, isCarried } = this.#ports
    for (const id of foreign) recorder.disown(id)
    switch (act) {
      case 'wait':
        clock.after(WAIT_MS, () => {
          if (isCarried()) this.#obey(this.watch.due())
        })
        break
      case 'put_back':
        log.error('configuration_put_back', { call: this.call })
        putBack()
        break
      case 'end':
        log.error('tampered', { call: this.call, sign })
        recorder.notice('tampered')
        end()
        break
    }
  }
}
