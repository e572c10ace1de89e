import { expect, it } from 'vitest'
import { createBroker } from '../../../widget/client/broker.ts'
import { createFaces } from '../../../widget/client/faces.ts'
import { createView } from '../../../widget/client/view.ts'
import { systemClock } from '../../../widget/clock.ts'

const FACE = {
  agent: 'concierge',
  name: 'Concierge',
  tagline: '',
  greeting: '',
  handshake: 'brokered',
  transport: 'auto',
  turns: 'server_vad',
  images: [],
  theme: {},
}

/** A broker that is asked `asked.length` times. */
function faces(early: Promise<Response | null> | undefined, answer = () => Response.json(FACE)) {
  const asked: string[] = []
  const fetch = async (url: string) => {
    asked.push(url)
    return answer()
  }
  const broker = createBroker({ fetch, clock: systemClock }, 'https://voice.test')
  return { asked, faces: createFaces(broker, 'concierge', createView(), early) }
}

it('what the loader has asked for is not asked for again', async () => {
  const { asked, faces: one } = faces(Promise.resolve(Response.json(FACE)))
  expect(await one.load()).toEqual(FACE)
  expect(await one.load()).toEqual(FACE)
  expect(asked).toEqual([])
})

it('what the loader could not get is asked for', async () => {
  const { asked, faces: one } = faces(Promise.resolve(null))
  expect(await one.load()).toEqual(FACE)
  expect(asked).toEqual(['https://voice.test/v1/agents/concierge'])
})

it('an early answer that is of no use is not used twice', async () => {
  const { asked, faces: one } = faces(Promise.resolve(new Response('<html>')))
  await expect(one.load()).rejects.toMatchObject({ code: 'internal' })
  expect(await one.load()).toEqual(FACE)
  expect(asked).toHaveLength(1)
})
