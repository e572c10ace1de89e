/**
 * Not a test: writes the state of this version, for upgrade.test.ts of later ones. To be done once for each release:
 * RECORD_STATE=1 npm exec -c 'vitest run --project worker --silent=false test/worker/upgrade/record.test.ts' | grep -o '{"takenAt".*' > test/fixtures/state/VERSION.json
 */
import { expect, inject, it } from 'vitest'
import packageJson from '../../../package.json'
import { newId } from '../../../protocol/ids.ts'
import { answers, ask, connect, createCall, isReady } from '../support.ts'
import { AGENT, deployKept } from './agent.ts'
import { type State, take } from './state.ts'

it.runIf(inject('recordState'))('writes what the objects have on disk in the middle of a call', async () => {
  deployKept()
  const idempotencyKey = newId('itm_')
  const response = await ask('/v1/sessions', {
    method: 'POST',
    headers: { 'Idempotency-Key': idempotencyKey },
    body: { agent: AGENT },
  })
  const { session, token } = (await response.json()) as { session: string; token: string }
  const widget = await connect(session, token)
  const say = async (text: string, answer: string) => {
    widget.send({ type: 'text', id: newId('txt_'), text })
    await widget.until((frames) => answers(frames).some((one) => one.includes(answer)), answer)
  }
  await say('my name is Robin', 'my name is Robin')
  await say('call the tool tide with {"day": "Monday"}', 'at noon on Monday')
  await say('call the tool remember with {"fact": "comes with a dog"}', 'The tool remember said')
  const call = await createCall(session, token)
  await widget.next(isReady, 'ready')
  const state: State = {
    ...{ takenAt: Date.now(), version: packageJson.version, agent: AGENT, session, token: call.token, idempotencyKey },
    objects: await take({ agent: AGENT, session }),
  }
  expect(state.objects.SESSIONS.length).toBeGreaterThan(3)
  console.log(JSON.stringify(state))
})
