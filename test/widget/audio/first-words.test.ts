import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFirstWords } from '../../../widget/audio/first-words.ts'

/** 20 ms that say which they are, loud enough to be no silence. */
function frame(number: number) {
  return new Int16Array(480).fill(1000 + number)
}

const SILENCE = new Int16Array(480)

/** Which frames were handed over; silence has no number. */
function listener() {
  const heard: (number | 'silence')[] = []
  return { heard, send: (pcm: Int16Array) => void heard.push(pcm[0] === 0 ? 'silence' : (pcm[0] ?? 0) - 1000) }
}

const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => from + n)
const silence = (frames: number) => Array.from({ length: frames }, () => 'silence')

describe('the first words', () => {
  it('are kept, then handed over in order, and followed by what comes after', () => {
    const words = createFirstWords()
    const { heard, send } = listener()
    for (const n of numbers(0, 100)) words.take(frame(n))
    expect(heard).toEqual([])
    words.open(send)
    expect(heard).toEqual(numbers(0, 100))
    for (const n of numbers(100, 120)) words.take(frame(n))
    expect(heard).toEqual(numbers(0, 120))
  })

  it('are copies: the frame’s memory goes back to the worklet', () => {
    const words = createFirstWords()
    const { heard, send } = listener()
    const reused = frame(7)
    words.take(reused)
    reused.fill(0)
    words.open(send)
    expect(heard).toEqual([7])
  })

  it('are the newest 10 s of words, however long the silences between them', () => {
    const words = createFirstWords()
    const { heard, send } = listener()
    for (const n of numbers(0, 300)) words.take(frame(n))
    for (let n = 0; n < 3000; n++) words.take(SILENCE)
    for (const n of numbers(300, 600)) words.take(frame(n))
    words.open(send)
    expect(heard).toEqual([...numbers(116, 300), ...silence(16), ...numbers(300, 600)])
    expect(heard).toHaveLength(500)
  })

  it('can be given up', () => {
    const words = createFirstWords()
    const { heard, send } = listener()
    words.take(frame(1))
    for (let n = 0; n < 100; n++) words.take(SILENCE)
    words.forget()
    words.take(frame(2))
    words.open(send)
    expect(heard).toEqual([2])
  })

  it('a listener that fails gets nothing twice', () => {
    const words = createFirstWords()
    for (const n of numbers(0, 3)) words.take(frame(n))
    const { heard, send } = listener()
    expect(() =>
      words.open((pcm) => {
        send(pcm)
        if (heard.length === 2) throw new Error('closed')
      }),
    ).toThrow('closed')
    words.open(send)
    expect(heard).toEqual([0, 1, 2])
  })

  it('whatever happens in which order: each frame once, in order, none missing but what was given up', () => {
    const steps = fc.array(fc.constantFrom('take', 'open', 'close', 'forget'), { maxLength: 200 })
    fc.assert(
      fc.property(steps, (happened) => {
        const words = createFirstWords()
        const { heard, send } = listener()
        let taken = 0
        let waiting: number[] = []
        const expected: number[] = []
        let open = false
        for (const step of happened) {
          if (step === 'take') {
            words.take(frame(taken))
            if (open) expected.push(taken)
            else waiting.push(taken)
            taken++
          } else if (step === 'open') {
            words.open(send)
            expected.push(...waiting)
            waiting = []
            open = true
          } else if (step === 'close') {
            words.close()
            open = false
          } else {
            words.forget()
            waiting = []
          }
        }
        expect(heard).toEqual(expected)
      }),
    )
  })
})

describe('silence before the call is live', () => {
  /** Speech as numbers, silence as a count of 20 ms. */
  function kept(...parts: (number[] | number)[]): (number | 'silence')[] {
    const words = createFirstWords()
    const { heard, send } = listener()
    for (const part of parts) {
      if (typeof part === 'number') for (let n = 0; n < part; n++) words.take(SILENCE)
      else for (const n of part) words.take(frame(n))
    }
    words.open(send)
    return heard
  }

  it('300 ms stay of a long one', () => {
    expect(kept([0], 100, [1, 2], 50, [3])).toEqual([0, ...silence(16), 1, 2, ...silence(16), 3])
  })

  it('a short one stays as it is', () => {
    expect(kept([0], 15, [1], 16, [2])).toEqual([0, ...silence(15), 1, ...silence(16), 2])
  })

  it('before the first word and after the last too; nothing said is next to nothing', () => {
    expect(kept(100, [0], 100)).toEqual([...silence(16), 0, ...silence(16)])
    expect(kept(500)).toEqual(silence(16))
  })

  it('a soft voice is no silence', () => {
    const words = createFirstWords()
    let heard = 0
    for (let n = 0; n < 100; n++) words.take(new Int16Array(480).map((_, i) => (i % 2 ? 120 : -120)))
    words.open(() => heard++)
    expect(heard).toBe(100)
  })

  it('once the call is live silence is sent as it is', () => {
    const words = createFirstWords()
    const { heard, send } = listener()
    words.open(send)
    for (let n = 0; n < 100; n++) words.take(SILENCE)
    expect(heard).toEqual(silence(100))
  })
})
