/** When a second call takes over, and what it may keep: the rules alone, with a line that only notes what it is told. */
import { beforeEach, describe, expect, it } from 'vitest'
import type { ServerFrame } from '../../protocol/frames.ts'
import type { Item } from '../../protocol/item.ts'
import type { CallEvent, Provider } from '../../worker/provider/provider.ts'
import { OVERLAP_MS, timesOf } from '../../worker/session/call-times.ts'
import type { Carrier } from '../../worker/session/carrier.ts'
import { Rollover } from '../../worker/session/rollover.ts'
import type { CallRow } from '../../worker/session/store.ts'

const item = (id: string) => ({ id, text: id }) as Item
const speech = (on: boolean, id = 'turn') => ({ type: 'speech', on, id }) as const
const HEARD: CallEvent = {
  type: 'placed',
  item: { id: 'turn', role: 'user', kind: 'message', via: 'voice', text: undefined },
  after: null,
  heard: true,
}

class Setting {
  now = 0
  timers: { at: number; run: () => void }[] = []
  paused = true
  history: Item[] = [item('one')]
  /** What the line of the second call was told, and what came of it. */
  told: string[] = []
  sent: ServerFrame[] = []
  readonly carrier = {
    call: 'next',
    line: {
      addSeeds: (items: Item[], first: { type: string }[]) => {
        this.told.push(...first.map(({ type }) => type), ...items.map(({ id }) => id))
      },
      listen: () => this.told.push('listen'),
    },
    close: () => this.told.push('close'),
  } as unknown as Carrier
  readonly rollover = new Rollover({
    provider: { remove: (id: string) => ({ type: `remove ${id}` }) } as unknown as Provider,
    clock: {
      now: () => this.now,
      after: (ms, run) => {
        const timer = { at: this.now + ms, run }
        this.timers.push(timer)
        return () => {
          this.timers = this.timers.filter((other) => other !== timer)
        }
      },
    },
    log: { info: () => {}, error: () => {}, with: () => this.log } as never,
    send: (frame) => this.sent.push(frame),
    paused: () => this.paused,
    history: () => this.history,
    takeOver: () => this.told.push('take over'),
    giveUp: (call) => {
      this.told.push('give up')
      this.rollover.ended(call)
    },
  })
  log: never = undefined as never

  pass(ms: number): void {
    this.now += ms
    for (const timer of this.timers.filter(({ at }) => at <= this.now)) {
      this.timers = this.timers.filter((other) => other !== timer)
      timer.run()
    }
  }

  /** A second call that has its line and its first seeds. */
  open(): void {
    this.rollover.ask('first', 300_000)
    this.rollover.begin('next')
    this.rollover.attach(this.carrier)
    this.told.push(...this.rollover.takeSeeds().map(({ id }) => id))
    this.rollover.parked()
  }
}

let s: Setting
beforeEach(() => {
  s = new Setting()
})

describe('the second call', () => {
  it('is asked for at a pause, and again after 15 s, sooner near the end', () => {
    s.paused = false
    s.rollover.ask('first', 300_000)
    expect(s.sent).toEqual([])
    s.paused = true
    s.rollover.look()
    s.rollover.look()
    expect(s.sent).toEqual([{ type: 'notice', code: 'rollover', call: 'first' }])
    s.pass(15_000)
    expect(s.sent).toHaveLength(2)
    s.rollover.ask('first', 50_000)
    s.pass(1_500)
    expect(s.sent).toHaveLength(3)
  })

  it('takes over when it knows everything, the widget is there, and the provider has turned detection on', () => {
    s.open()
    expect(s.told).toEqual(['one'])
    s.rollover.connected('next')
    expect(s.told).toEqual(['one', 'listen'])
    s.rollover.enabled()
    expect(s.told).toEqual(['one', 'listen', 'take over'])
    s.pass(60_000)
    expect(s.sent).toHaveLength(1) // nothing is left to be asked for
  })

  it('gets what was said meanwhile first, and what it heard of it itself is taken out', () => {
    s.open()
    s.paused = false
    s.rollover.hear(speech(true))
    s.rollover.connected('next')
    s.rollover.hear(speech(false))
    s.rollover.hear(HEARD)
    expect(s.told).toEqual(['one'])
    s.history = [item('one'), item('two'), item('three')]
    s.paused = true
    s.rollover.look()
    expect(s.told).toEqual(['one', 'remove turn', 'two', 'three'])
    s.rollover.look()
    expect(s.told).toHaveLength(4) // waits for the acknowledgements
    s.rollover.parked()
    s.rollover.enabled()
    expect(s.told.slice(4)).toEqual(['listen', 'take over'])
    // The words of what was taken out come late, and belong to nothing.
    expect(s.rollover.withoutOverheard({ type: 'transcribed', id: 'turn', text: 'hello' })).toBeNull()
    const next = { ...HEARD, item: { ...HEARD.item, id: 'real' }, after: 'turn' }
    expect(s.rollover.withoutOverheard(next)).toEqual({ ...next, after: undefined })
  })

  it('knows nothing yet of what is still being said', () => {
    s.rollover.begin('next')
    s.rollover.attach(s.carrier)
    s.paused = false
    expect(s.rollover.takeSeeds()).toEqual([])
    s.rollover.parked()
    s.paused = true
    s.rollover.look()
    expect(s.told).toEqual(['one'])
  })
})

describe('a word that is begun during the switch', () => {
  it('in the first call before the second may answer: called off, the first goes on', () => {
    s.open()
    s.rollover.connected('next')
    s.paused = false
    s.rollover.look()
    expect(s.told).toEqual(['one', 'listen', 'close', 'give up'])
  })

  it('heard only by the second so far: called off as well', () => {
    s.open()
    s.rollover.connected('next')
    s.rollover.hear(speech(true))
    expect(s.told).toEqual(['one', 'listen', 'close', 'give up'])
  })

  it('after it may answer: the second has it whole', () => {
    s.open()
    s.rollover.connected('next')
    s.rollover.enabled()
    expect(s.rollover.withoutOverheard(speech(true, 'new'))).toEqual(speech(true, 'new'))
    expect(s.told.at(-1)).toBe('take over')
  })
})

describe('giving up', () => {
  it.each(['the widget never connects', 'there is no pause'])('%s: over before 10 s, and asked for again', (why) => {
    s.open()
    if (why === 'there is no pause') {
      s.rollover.connected('next') // would take over at once otherwise
      s.told = []
    }
    s.paused = why !== 'there is no pause'
    s.pass(OVERLAP_MS)
    expect(s.told).toContain('give up')
    expect(OVERLAP_MS).toBeLessThan(10_000)
    s.paused = true
    s.rollover.look()
    s.pass(15_000)
    expect(s.sent).toHaveLength(2)
  })

  it('when it answers, or its line breaks', () => {
    s.open()
    s.rollover.hear({ type: 'answer_began', response: 'r', nonce: undefined })
    expect(s.told).toEqual(['one', 'close', 'give up'])
    s.open()
    s.rollover.lineEnded()
    expect(s.told.filter((what) => what === 'give up')).toHaveLength(2)
  })

  it('leaves nothing behind when the first call is over', () => {
    s.open()
    s.rollover.reset()
    expect(s.told.at(-1)).toBe('close')
    expect(s.timers).toEqual([])
  })
})

describe('the times of a call', () => {
  const call = (more: Partial<CallRow> = {}) => ({ startedAt: 1_000_000, ...more }) as CallRow
  const bounds = { maxCallSeconds: 3600, callSeconds: 3600 }

  it('five minutes before the end that the provider tells, else before its longest', () => {
    expect(timesOf(call(), bounds).rolloverAt).toBe(1_000_000 + 55 * 60_000)
    expect(timesOf(call({ endsAt: 1_000_000 + 1_800_000 }), bounds).rolloverAt).toBe(1_000_000 + 25 * 60_000)
    expect(timesOf(call({ endsAt: 1_000_000 + 20_000 }), bounds).rolloverAt).toBe(1_000_000 + 10_000)
  })

  it('does not believe an end that lies before the beginning', () => {
    expect(timesOf(call({ endsAt: 5 }), bounds).endsAt).toBe(1_000_000 + 3_600_000)
  })

  it('never where the cap of the agent comes first, counted over the calls before', () => {
    expect(timesOf(call(), { ...bounds, callSeconds: 3000 })).toMatchObject({ rolloverAt: null, capAt: 4_000_000 })
    const second = call({ since: 400_000, endsAt: 1_000_000 + 1_200_000 })
    expect(timesOf(second, { ...bounds, callSeconds: 1200 })).toMatchObject({ rolloverAt: null, capAt: 1_600_000 })
  })
})
