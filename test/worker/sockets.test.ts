import { expect, it } from 'vitest'
import type { ServerFrame } from '../../protocol/frames.ts'
import { newId } from '../../protocol/ids.ts'
import { answers, connect, createSession, type Widget } from './support.ts'

it('an event socket that the widget closes is closed on both sides', async () => {
  const { session, token } = await createSession()
  const widget = await connect(session, token)
  await widget.next((frame) => frame.type === 'welcome', 'the welcome')
  const closed = new Promise<CloseEvent>((resolve) => widget.raw.addEventListener('close', resolve))
  widget.raw.close(1000)
  expect(await closed).toMatchObject({ code: 1000, wasClean: true })
})

it('more than eight sockets of one session are too many: the oldest are let go for good', async () => {
  const { session, token } = await createSession()
  const widgets: Widget[] = []
  for (let i = 0; i < 10; i++) widgets.push(await connect(session, token))
  const isLetGo = (frame: ServerFrame) => frame.type === 'notice' && frame.code === 'superseded'
  for (const widget of widgets.slice(0, 2)) await widget.next(isLetGo, 'the end')
  widgets.at(-1)?.send({ type: 'text', id: newId('txt_'), text: 'who is there' })
  for (const widget of widgets.slice(2)) await widget.until((frames) => answers(frames).length > 0, 'an answer')
  expect(widgets.slice(2).some(({ frames }) => frames.some(isLetGo))).toBe(false)
})
