/** The assistant of a script: says one thing at a time, word by word. */
import { newId } from '../../../protocol/ids.ts'
import { systemClock } from '../../clock.ts'
import type { FakeBroker } from './broker.ts'

export interface Voice {
  /** Resolves when it was said or cut off; what was being said before is cut off. */
  say(text: string): Promise<void>
  /** Cuts off what is being said: the words so far stay. */
  stop(): void
}

export function createVoice(broker: FakeBroker, wordMs: number): Voice {
  let cutOff = () => {}

  async function say(text: string): Promise<void> {
    cutOff()
    let isCut = false
    let wake = () => {}
    const cut = new Promise<void>((resolve) => {
      wake = resolve
    })
    const mine = () => {
      isCut = true
      wake()
    }
    cutOff = mine
    const id = newId('itm_')
    const call = broker.session.call?.id ?? null
    broker.send({ type: 'activity', state: 'thinking' })
    broker.store({ id, role: 'assistant', status: 'in_progress', via: call ? 'voice' : 'text', call })
    broker.send({ type: 'activity', state: 'speaking' })
    let said = ''
    for (const word of text.match(/\s*\S+/g) ?? []) {
      broker.send({ type: 'delta', item: id, at: said.length, text: word })
      said += word
      if (wordMs > 0) await spoken(cut)
      if (isCut) break
    }
    if (cutOff === mine) cutOff = () => {}
    broker.amend(id, { text: said, status: isCut ? 'interrupted' : 'completed' })
    broker.send({ type: 'activity', state: 'listening' })
  }

  /** A word was said, or cut off. */
  function spoken(cut: Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      const stopWaiting = systemClock.after(wordMs, resolve)
      void cut.then(() => {
        stopWaiting()
        resolve()
      })
    })
  }

  return { say, stop: () => cutOff() }
}
