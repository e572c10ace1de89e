import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Item } from '../../../protocol/item.ts'
import { createEchoWatch, repeats } from '../../../widget/client/echo.ts'
import { TAIL_MS } from '../../../widget/client/loudspeaker.ts'
import { NOTHING, pass, World } from './world.ts'

const SAID = 'Breakfast is served from seven to ten, and on Sundays until eleven. Would you like a table by the window?'

describe('words that are the words of another', () => {
  it.each([
    ['breakfast is served from seven to ten', true],
    ['Served from seven to ten and on sundays until a leaven', true],
    ['a table by the window', true],
    ['the window', true],
    ['Would you?', true],
    ['I would like a table for two on Friday', false],
    ['is there a window in the room', false],
    ['seven', true],
    ['eight', false],
    ['', false],
    ['…', false],
  ])('%s: %s', (heard, expected) => {
    expect(repeats(heard, SAID)).toBe(expected)
  })

  it('in any language, whatever the writing', () => {
    expect(repeats('Frühstück gibt es bis zehn', 'FRÜHSTÜCK gibt es bis zehn Uhr.')).toBe(true)
    expect(repeats('えきは', 'えきは')).toBe(true)
  })
})

describe('a turn of the visitor', () => {
  const item = (position: number, role: Item['role'], text: string) =>
    ({ id: `itm_${position}`, position, role, text }) as Item
  const items = [item(1, 'assistant', 'Good morning, how can I help you?'), item(2, 'assistant', SAID)]

  function watchOf(seen = items) {
    const watch = createEchoWatch()
    watch.see(seen)
    return watch
  }

  it('that begins while the assistant is heard and repeats it is an echo', () => {
    expect(watchOf().judge(item(3, 'user', 'and on Sundays until eleven'), true)).toBe(true)
    expect(watchOf().judge(item(3, 'user', 'good morning how can I help you'), true)).toBe(true)
  })

  it('that comes in a pause is a visitor who repeats it', () => {
    expect(watchOf().judge(item(3, 'user', 'and on Sundays until eleven'), false)).toBe(false)
  })

  it('of a few words needs a second one', () => {
    const watch = watchOf()
    expect(watch.judge(item(3, 'user', 'Breakfast'), true)).toBe(false)
    expect(watch.judge(item(4, 'user', 'would you'), true)).toBe(true)
    expect(watch.judge(item(5, 'user', 'please stop'), true)).toBe(false)
    expect(watch.judge(item(6, 'user', 'seven'), true)).toBe(false)
  })

  it('is compared with what was said before it, and not long before', () => {
    expect(watchOf().judge(item(0, 'user', 'and on Sundays until eleven'), true)).toBe(false)
    const later = [...items, item(3, 'assistant', 'Of course.'), item(4, 'assistant', 'Anything else?')]
    expect(watchOf(later).judge(item(5, 'user', 'and on Sundays until eleven'), true)).toBe(false)
  })

  it('may repeat what an interruption has cut off', () => {
    const watch = watchOf()
    const cut = [...items.slice(0, 1), item(2, 'assistant', 'Breakfast'), item(3, 'user', '')]
    watch.see(cut)
    watch.see([...cut, item(4, 'assistant', 'Yes')])
    expect(watch.judge(item(3, 'user', 'Breakfast is served from seven'), true)).toBe(true)
  })
})

describe('an assistant that hears itself', () => {
  let world: World
  beforeEach(() => {
    vi.useFakeTimers()
    world = new World()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  async function startVoice() {
    const conversation = world.open()
    const started = conversation.start()
    await pass(50)
    await started
    return conversation
  }

  const activity = (state: 'speaking' | 'hearing' | 'listening') => world.broker.send({ type: 'activity', state })

  async function echo(id = 'itm_2', text = 'and on Sundays until eleven') {
    world.broker.store({ id: `${id}_said`, text: SAID })
    activity('speaking')
    activity('hearing')
    world.broker.store({ id, role: 'user', text })
    await pass(TAIL_MS)
  }

  it('is flagged, and the visitor is offered what helps, once', async () => {
    const conversation = await startVoice()
    await echo()
    expect([...conversation.echoes.value]).toEqual(['itm_2'])
    expect(conversation.trouble.value).toEqual({ code: 'echo', ways: ['half_duplex', 'push_to_talk'] })
    conversation.dismissTrouble()
    await echo('itm_3')
    expect([...conversation.echoes.value]).toEqual(['itm_2', 'itm_3'])
    expect(conversation.trouble.value).toBeNull()
    conversation.dispose()
    await pass()
    expect(world.left()).toEqual(NOTHING)
  })

  it('somebody who repeats it afterwards is not', async () => {
    const conversation = await startVoice()
    world.broker.store({ id: 'itm_1', text: SAID })
    activity('speaking')
    activity('listening')
    await pass(TAIL_MS)
    activity('hearing')
    world.broker.store({ id: 'itm_2', role: 'user', text: 'and on Sundays until eleven' })
    expect(conversation.echoes.value.size).toBe(0)
    expect(conversation.trouble.value).toBeNull()
    conversation.dispose()
  })

  it('push-to-talk: the microphone is open while the button is held; nobody needs to be told', async () => {
    const conversation = await startVoice()
    await echo()
    conversation.takeTurns('push_to_talk')
    expect([conversation.trouble.value, world.micOpen]).toEqual([null, false])
    conversation.talk(true)
    expect(world.micOpen).toBe(true)
    conversation.talk(false)
    await pass(1_000)
    expect(world.micOpen).toBe(false)
    expect(world.broker.texts).toEqual([])
    conversation.dispose()
  })

  it('half-duplex: the microphone is closed while the assistant is heard', async () => {
    const conversation = await startVoice()
    conversation.takeTurns('half_duplex')
    expect(world.micOpen).toBe(true)
    activity('speaking')
    expect(world.micOpen).toBe(false)
    activity('listening')
    await pass(TAIL_MS - 1)
    expect(world.micOpen).toBe(false)
    await pass(1)
    expect(world.micOpen).toBe(true)
    conversation.dispose()
    await pass()
    expect(world.left()).toEqual(NOTHING)
  })

  it('the next start is free again', async () => {
    const conversation = await startVoice()
    conversation.takeTurns('push_to_talk')
    await conversation.end()
    const started = conversation.start()
    await pass(50)
    await started
    expect([conversation.turnTaking.value, world.micOpen]).toEqual(['free', true])
    conversation.dispose()
  })
})
