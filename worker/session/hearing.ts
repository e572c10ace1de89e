/** What an event of the line that carries the conversation means for the transcript, the floor and the next answer. */
import type { ServerFrame } from '../../protocol/frames.ts'
import type { Log } from '../log.ts'
import type { CallEvent, Provider } from '../provider/provider.ts'
import type { Carrier } from './carrier.ts'
import type { Floor } from './floor.ts'
import type { Recorder } from './recorder.ts'

export interface HearingPorts {
  recorder: Recorder
  provider: Provider
  floor: Floor
  log: Log
  send: (frame: ServerFrame) => void
  onKey: (key: string) => void
}

export function hear(event: CallEvent, { line, gaps, responder, kind }: Carrier, ports: HearingPorts): void {
  const { recorder, provider, floor, log, send, onKey } = ports
  const noAnswer = (cause: string) => send({ type: 'notice', code: 'no_answer', call: recorder.call, cause })
  for (const id of gaps.record(event, recorder)) line.send(provider.retrieve(id))
  floor.hear(event, kind)
  switch (event.type) {
    case 'placed':
      if (event.item.role === 'user' && event.item.via === 'voice' && floor.takeTurn()) responder.request()
      break
    case 'key':
      onKey(event.key)
      break
    case 'answer_began':
      responder.began(event.nonce)
      break
    case 'answer_ended':
      responder.ended()
      if (event.filtered) log.info('answer_filtered', { call: recorder.call ?? undefined })
      if (event.outcome !== 'failed') break
      log.error('answer_failed', { cause: event.cause })
      noAnswer(event.cause ?? 'unknown')
      break
    case 'refused':
      log.info('event_refused', { cause: event.code })
      if (responder.refused(event.ref, event.code)) noAnswer(event.code)
      break
  }
}
