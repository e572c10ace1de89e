import { expect, test } from 'vitest'
import { Journal, withoutBytes } from '../../simulator/journal.ts'

test('only so much is kept, and numbers go on', () => {
  const journal = new Journal(() => 7)
  for (let i = 0; i < 120_000; i++) journal.add({ kind: 'call', direction: 'out', channel: 'websocket', i })
  const kept = journal.after(0).trimEnd().split('\n')
  expect(kept.length).toBeGreaterThanOrEqual(50_000)
  expect(kept.length).toBeLessThanOrEqual(55_000)
  expect(JSON.parse(kept.at(-1) ?? '')).toMatchObject({ n: 120_000, t: 7, i: 119_999 })
})

test('bytes of audio and images are left out, their length stays', () => {
  expect(withoutBytes({ type: 'input_audio_buffer.append', audio: 'AAAA' })).toMatchObject({ audio: '[4 characters]' })
  expect(withoutBytes({ type: 'response.output_audio.delta', delta: 'AA' })).toMatchObject({ delta: '[2 characters]' })
  expect(withoutBytes({ type: 'response.output_text.delta', delta: 'AA' })).toMatchObject({ delta: 'AA' })
  const image = { type: 'input_image', image_url: 'data:image/png;base64,AA' }
  expect(withoutBytes({ item: { content: [image] } })).toEqual({
    item: { content: [{ type: 'input_image', image_url: '[24 characters]' }] },
  })
  const session = { audio: { input: { format: 'x' } } }
  expect(withoutBytes({ type: 'session.update', session })).toMatchObject({ session })
})
