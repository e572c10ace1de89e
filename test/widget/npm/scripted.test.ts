/** What `parley/testing` promises to those who test with it, and `parley/client` on top of it. */
import { afterEach, describe, expect, it } from 'vitest'
import { createParley, type Parley } from '../../../widget/npm/client.ts'
import { type Script, scriptedBroker } from '../../../widget/npm/testing.ts'

const open: Parley[] = []
afterEach(() => {
  for (const parley of open.splice(0)) parley.dispose()
})

function visit(script: Script = {}) {
  const broker = scriptedBroker({ turns: [{ hear: 'rooms', say: 'We have nine rooms.' }], ...script })
  const page = () => {
    const parley = createParley({ broker: broker.url, agent: 'concierge', transport: broker.transport })
    open.push(parley)
    return parley
  }
  return { broker, page, parley: page() }
}

const texts = ({ snapshot }: Parley) => snapshot.items.map(({ role, text, status }) => [role, text, status])

describe('a script', () => {
  it('starts nothing before it is asked, then talks', async () => {
    const { broker, parley } = visit({ greeting: 'Welcome.', name: 'Harbour House' })
    expect(parley.snapshot).toMatchObject({ state: 'idle', items: [], agent: null, resumable: false })
    await parley.start()
    await broker.visitorSays('Do you have rooms?')
    expect(parley.snapshot).toMatchObject({ state: 'live', path: 'webrtc', agent: { name: 'Harbour House' } })
    expect(texts(parley)).toEqual([
      ['assistant', 'Welcome.', 'completed'],
      ['user', 'Do you have rooms?', 'completed'],
      ['assistant', 'We have nine rooms.', 'completed'],
    ])
  })

  it('answers what is typed, without a call', async () => {
    const { parley } = visit()
    parley.send('rooms?')
    await expect.poll(() => texts(parley)).toHaveLength(2)
    expect(parley.snapshot).toMatchObject({ state: 'live', mode: 'text' })
  })

  it('waits for the visitor to agree, and hears how it was', async () => {
    const consent = { text: 'We keep what is said for a month.', url: 'https://hotel.example/privacy' }
    const { parley } = visit({ consent })
    await parley.start()
    expect(parley.snapshot).toMatchObject({ state: 'idle', error: { code: 'consent_required' }, agent: { consent } })
    parley.agree('en')
    await parley.start()
    expect(parley.snapshot).toMatchObject({ state: 'live', error: null })
    await parley.end()
    await expect(parley.rate('good')).resolves.toBeUndefined()
  })

  it('is interrupted between words, and the words said before stay', async () => {
    const { broker, parley } = visit({ wordMs: 60_000 })
    await parley.start()
    const answered = broker.visitorSays('rooms?')
    await expect.poll(() => parley.snapshot.items.at(-1)?.text).toBe('We')
    expect(parley.snapshot.activity).toBe('speaking')
    parley.interrupt()
    await answered
    expect(texts(parley).at(-1)).toEqual(['assistant', 'We', 'interrupted'])
    expect(broker.received).toContainEqual({ type: 'interrupt' })
  })

  it('breaks a call, and the same conversation goes on', async () => {
    const { broker, parley } = visit()
    const states: string[] = []
    parley.on('state', ({ state }) => states.push(state))
    await parley.start()
    await broker.visitorSays('rooms?')
    broker.dropCall()
    await expect.poll(() => states).toEqual(['connecting', 'live', 'reconnecting', 'live'])
    expect(parley.snapshot.items).toHaveLength(2)
  })

  it('ends a call for good, and refuses the next start', async () => {
    const { broker, parley } = visit()
    const notices: unknown[] = []
    parley.on('notice', ({ code, reason }) => notices.push([code, reason]))
    await parley.start()
    broker.endCall('time_cap')
    await expect.poll(() => parley.snapshot.state).toBe('ended')
    expect(notices).toEqual([['call_ended', 'time_cap']])
    expect(parley.snapshot.error).toMatchObject({ code: 'limit_reached', cause: 'time_cap' })
    broker.refuseNext('budget_exhausted')
    await parley.start()
    expect(parley.snapshot).toMatchObject({ state: 'ended', error: { code: 'budget_exhausted' } })
    expect(() => broker.refuseNext('no_such_code')).toThrow('no_such_code')
  })

  it('is offline, and has no microphone', async () => {
    const { broker, parley } = visit()
    broker.setMicrophone('denied')
    await parley.start()
    expect(parley.snapshot).toMatchObject({ state: 'live', mode: 'text', error: { code: 'mic_denied' } })
    await parley.end()
    broker.setMicrophone('allowed')
    broker.setOnline(false)
    await parley.start({ mode: 'text' })
    expect(parley.snapshot.error?.code).toBe('broker_unreachable')
    broker.setOnline(true)
    await parley.start()
    expect(parley.snapshot).toMatchObject({ state: 'live', mode: 'voice', error: null })
  })

  it('keeps the conversation for the next page', async () => {
    const { broker, parley, page } = visit()
    await parley.start()
    await broker.visitorSays('rooms?')
    parley.dispose()
    const next = page()
    await next.restore()
    expect(next.snapshot).toMatchObject({ state: 'idle', resumable: true })
    expect(next.snapshot.items).toHaveLength(2)
  })

  it('calls tools of the page and asks the visitor', async () => {
    const { broker, parley } = visit()
    const takeAway = parley.onTool('light', (args) => ({ done: args }))
    await parley.start()
    await expect(broker.callTool('light', { on: true })).resolves.toEqual({ done: { on: true } })
    takeAway()
    parley.onTool('light', () => undefined)
    await expect(broker.callTool('light')).resolves.toBeNull()
    const asked = broker.ask({ label: 'Book', text: 'Book the room?' })
    await expect.poll(() => parley.snapshot.questions).toHaveLength(1)
    const [question] = parley.snapshot.questions
    parley.confirm(question?.item ?? '', true)
    await expect(asked).resolves.toBe(true)
    await expect.poll(() => parley.snapshot.questions).toEqual([])
  })
})

describe('a snapshot', () => {
  it('is the same object until something changes, and listeners are told', async () => {
    const { parley } = visit()
    const before = parley.snapshot
    expect(parley.snapshot).toBe(before)
    let told = 0
    const stop = parley.subscribe(() => {
      told += 1
    })
    expect(told).toBe(0)
    await parley.start()
    expect(told).toBeGreaterThan(0)
    expect(parley.snapshot).not.toBe(before)
    stop()
    const last = told
    await parley.end()
    expect(told).toBe(last)
  })

  it('names of brokers that are no addresses are refused at once', () => {
    expect(() => createParley({ broker: 'voice.example.com', agent: 'concierge' })).toThrow(TypeError)
  })
})
