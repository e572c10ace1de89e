import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Command,
  IDLE,
  LIMITS_MS,
  MAX_TRIES,
  type Machine,
  type Signal,
  STABLE_MS,
  type State,
  step,
  TABLE,
} from '../../../widget/device/machine.ts'
import { INTERRUPTIONS } from './traces/interruptions.ts'
import { MICROPHONES } from './traces/microphones.ts'
import { STARTS } from './traces/starts.ts'

const IN_A_CALL = [...INTERRUPTIONS, ...MICROPHONES]

/** Plays signals to the machine, and lets its limits run out as phone.ts does. */
class Player {
  machine: Machine = IDLE
  now = 1_000_000
  commands: Command[] = []

  send(signal: Signal): void {
    const next = step(this.machine, signal, this.now)
    this.machine = next.machine
    this.commands.push(...next.commands)
  }

  wait(ms: number): void {
    const until = this.now + ms
    for (;;) {
      const limit = LIMITS_MS[this.machine.at]
      if (limit === undefined || this.machine.since + limit > until) break
      this.now = this.machine.since + limit
      const before = this.machine
      this.send('timeout')
      if (this.machine === before) break
    }
    this.now = until
  }

  play(signals: string): void {
    for (const word of signals.split(' ')) {
      if (word.startsWith('+')) this.wait(Number.parseFloat(word.slice(1)) * 1000)
      else this.send(word as Signal)
    }
  }
}

const SIGNALS = [...new Set(Object.values(TABLE).flatMap((rows) => Object.keys(rows))), 'stop'] as Signal[]
const STATES = Object.keys(TABLE) as State[]

describe('a start', () => {
  it.each(STARTS)('$what', ({ signals, end, commands }) => {
    const player = new Player()
    player.play(signals)
    expect(player.machine.at).toBe(end)
    expect(player.commands.join(' ')).toBe(commands)
  })
})

describe('in a call', () => {
  it.each(IN_A_CALL)('$what', ({ signals, end, commands }) => {
    const player = new Player()
    player.play('start granted +60s')
    player.commands = []
    player.play(signals)
    expect(player.machine.at).toBe(end)
    expect(player.commands.join(' ')).toBe(commands)
  })

  it('all that with known signals only', () => {
    const words = [...STARTS, ...IN_A_CALL].flatMap(({ signals }) => signals.split(' '))
    expect(words.filter((word) => !word.startsWith('+') && !SIGNALS.includes(word as Signal))).toEqual([])
    expect(STARTS.length + IN_A_CALL.length).toBeGreaterThanOrEqual(40)
  })

  it('every row of the table is walked by a trace', () => {
    const rows = STATES.flatMap((state) => Object.keys(TABLE[state]).map((signal) => `${state} ${signal}`))
    const walked = new Set<string>()
    for (const [prefix, traces] of [['', STARTS] as const, ['start granted +60s ', IN_A_CALL] as const]) {
      for (const { signals } of traces) {
        const player = new Player()
        const send = player.send.bind(player)
        player.send = (signal) => {
          walked.add(`${player.machine.at} ${signal}`)
          send(signal)
        }
        player.play(prefix + signals)
      }
    }
    expect(rows.filter((row) => !walked.has(row))).toEqual([])
  })
})

describe('whatever happens', () => {
  const anything = fc.array(
    fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...SIGNALS) }, fc.integer({ min: 0, max: 20_000 })),
    { maxLength: 80 },
  )
  const run = (events: readonly (Signal | number)[]) => {
    const player = new Player()
    player.play('start')
    for (const event of events) {
      if (typeof event === 'number') player.wait(event)
      else if (event !== 'stop') player.send(event)
    }
    return player
  }

  it('a start in view always ends well once the phone does', () => {
    fc.assert(
      fc.property(anything, (events) => {
        const player = run(events)
        if (player.machine.at === 'no_microphone') return
        // The visitor comes back to a phone at peace that gives a microphone whenever it is asked.
        player.wait(STABLE_MS)
        player.play('hidden +11s shown devices running +1s moves granted running +1s moves granted')
        expect(player.machine.at).toBe('live')
      }),
    )
  })

  it('asks for at most as many microphones as are allowed without peace', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...SIGNALS), { maxLength: 200 }), (signals) => {
        const player = run(signals)
        expect(player.commands.filter((command) => command === 'ask').length).toBeLessThanOrEqual(1 + MAX_TRIES)
      }),
    )
  })

  it('goes to rest from every state', () => {
    for (const at of STATES.filter((state) => state !== 'idle')) {
      const { machine, commands } = step({ at, since: 0, tries: 0 }, 'stop', 1)
      expect([machine.at, commands]).toEqual(['idle', ['stop_mic', 'uncapture', 'sleep']])
    }
  })
})

describe('the table', () => {
  const rows = STATES.flatMap((at) =>
    Object.entries(TABLE[at]).map(([signal, [to, ...commands]]) => ({ at, signal, to, commands })),
  )

  it('resumes only what is suspended, and never on the way from an interruption that lasts', () => {
    for (const { signal, commands } of rows) if (commands.includes('resume')) expect(signal).toBe('suspended')
  })

  it('stops the old microphone before it asks for a fresh one', () => {
    const asks = rows.filter(({ at, commands }) => at !== 'idle' && commands.includes('ask'))
    expect(asks.length).toBeGreaterThan(5)
    for (const { commands } of asks) expect(commands.indexOf('stop_mic')).toBe(commands.indexOf('ask') - 1)
    for (const { commands } of asks) expect(commands.indexOf('stop_mic')).toBeGreaterThanOrEqual(0)
  })

  it('looks last, and asks for proof of a clock only where something waits for it', () => {
    for (const { commands } of rows) if (commands.includes('look')) expect(commands.at(-1)).toBe('look')
    for (const { to, commands } of rows) {
      if (commands.includes('check')) expect(TABLE[to].stuck, to).toBeDefined()
    }
  })

  it('unlocks in the tap before the microphone is asked for, with the session set first', () => {
    expect(TABLE.idle.start).toEqual(['asking', 'capture', 'unlock', 'ask'])
  })
})
