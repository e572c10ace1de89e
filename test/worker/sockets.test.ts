import { expect, it } from 'vitest'
import { connect, createSession } from './support.ts'

it('an event socket that the widget closes is closed on both sides', async () => {
  const { session, token } = await createSession()
  const widget = await connect(session, token)
  await widget.next((frame) => frame.type === 'welcome', 'the welcome')
  const closed = new Promise<CloseEvent>((resolve) => widget.raw.addEventListener('close', resolve))
  widget.raw.close(1000)
  expect(await closed).toMatchObject({ code: 1000, wasClean: true })
})
