/** What the broker is told of the visitor's consent, and what happens when it is to words that are not asked for any more. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { pass, World } from './world.ts'

let world: World
beforeEach(() => {
  vi.useFakeTimers()
  world = new World()
  world.broker.consent = { text: 'It is kept.', version: 'one' }
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const bodies = (route: string) => world.broker.asked.filter((one) => one.route === route).map(({ body }) => body)

it('it goes with the session, and with later calls, in the wording that was shown', async () => {
  const conversation = world.open()
  await conversation.restore()
  conversation.agree('de')
  void conversation.start()
  await pass(50)
  expect(conversation.state.value).toBe('live')
  expect(bodies('POST sessions')).toMatchObject([{ consent: { version: 'one', lang: 'de' } }])
  await conversation.end()
  void conversation.start()
  await pass(50)
  expect(bodies('POST sessions/ses/calls')).toMatchObject([{ consent: { version: 'one', lang: 'de' } }])
  conversation.dispose()
})

it('where nobody agreed, none is told', async () => {
  world.broker.consent = undefined
  const conversation = world.open()
  await conversation.restore()
  conversation.agree('de')
  void conversation.start()
  await pass(50)
  expect(bodies('POST sessions')[0]).not.toHaveProperty('consent')
  conversation.dispose()
})

it('refused because the wording has changed, the new one is loaded and told', async () => {
  const conversation = world.open()
  await conversation.restore()
  conversation.agree('de')
  world.broker.consent = { text: 'It is kept longer.', version: 'two' }
  world.broker.fail.push({ route: 'POST sessions', code: 'consent_required' })
  void conversation.start()
  await pass(50)
  expect(conversation.trouble.value?.code).toBe('consent_required')
  expect(conversation.face.value?.consent).toEqual(world.broker.consent)
  conversation.agree('de')
  void conversation.start()
  await pass(50)
  expect(conversation.trouble.value).toBeNull()
  expect(bodies('POST sessions').at(-1)).toMatchObject({ consent: { version: 'two' } })
  expect(world.broker.count('GET agents/concierge')).toBe(2)
  conversation.dispose()
})
