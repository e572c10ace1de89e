import { expect, it } from 'vitest'
import type { ServerFrame } from '../../protocol/frames.ts'
import { createLog } from '../../worker/log.ts'
import type { CallEvent, Provider } from '../../worker/provider/provider.ts'
import type { Carrier } from '../../worker/session/carrier.ts'
import { Floor } from '../../worker/session/floor.ts'
import { Gaps } from '../../worker/session/gaps.ts'
import { hear } from '../../worker/session/hearing.ts'
import { Recorder } from '../../worker/session/recorder.ts'
import { Responder } from '../../worker/session/responder.ts'
import type { Store } from '../../worker/session/store.ts'

/** A call of which nothing is needed but who asks for answers and what the visitor is told. */
function call() {
  const frames: ServerFrame[] = []
  const send = (frame: ServerFrame) => void frames.push(frame)
  const clock = { now: () => 0, after: () => () => {} }
  const store = { item: () => null } as unknown as Store // nothing is said
  const recorder = new Recorder({ store, clock, send })
  recorder.call = 'call_1'
  const responder = new Responder(() => 'itm_nonce')
  const carrier = {
    responder,
    gaps: new Gaps(() => null),
    kind: 'voice',
    line: { send: () => {} },
  } as unknown as Carrier
  const ports = {
    ...{ recorder, floor: new Floor(clock, () => {}), log: createLog(), send, onKey: () => {} },
    provider: {} as Provider, // nothing is asked of it
  }
  return { frames, responder, hear: (event: CallEvent) => hear(event, carrier, ports) }
}

it('an answer that the provider will not begin is no silence: the widget is told why', () => {
  const { frames, responder, hear } = call()
  responder.request()
  hear({ type: 'refused', code: 'invalid_value', ref: 'itm_of_a_note' })
  expect(frames).toEqual([])
  hear({ type: 'refused', code: 'rate_limit_exceeded', ref: 'itm_nonce' })
  expect(frames).toEqual([{ type: 'notice', code: 'no_answer', call: 'call_1', cause: 'rate_limit_exceeded' }])
})
