import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFirstWords } from '../../../widget/audio/first-words.ts'

/** 20 ms that say which they are, loud enough to be no silence. */
function frame(number: number): Int16Array {
  return new Int16Array(480).fill(1000 + number)
}

const SILENCE = new Int16Array(480)

/** Which frames were handed over. */
function listener() {
  const heard: number[] = []
  return { heard, send: (pcm: Int16Array) => void heard.push((pcm[0] ?? 0) - 1000) }
}

const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => from + n)

describe('the first words', () => {
  it('are kept, then handed over in order, and followed by what comes after', () => {
    const words = createFirstWords()
    const { heard, send } = listener()
    for (const n of numbers(0, 100)) words.take(frame(n))
    expect(heard).toEqual([])
    expect(words.keptMs).toBe(2000)
    words.open(send)
    expect(words.keptMs).toBe(0)
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

  it('are the newest 10 s', () => {
    const words = createFirstWords()
    const { heard, send } = listener()
    for (const n of numbers(0, 600)) words.take(frame(n))
    expect(words.keptMs).toBe(10_000)
    expect(words.lostMs).toBe(2000)
    words.open(send)
    expect(heard).toEqual(numbers(100, 600))
  })

  it('can be given up', () => {
    const words = createFirstWords()
    const { heard, send } = listener()
    words.take(frame(1))
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

describe('with silence shortened', () => {
  type Heard = number | 'silence' | 'pause'

  /** Speech as numbers, silence as a count of 20 ms. */
  function through(...parts: (number[] | number)[]): Heard[] {
    const words = createFirstWords()
    const heard: Heard[] = []
    words.open((pcm) => heard.push(pcm[0] === 0 ? 'silence' : (pcm[0] ?? 0) - 1000), {
      shortenSilence: { pause: () => heard.push('pause') },
    })
    for (const part of parts) {
      if (typeof part === 'number') for (let n = 0; n < part; n++) words.take(SILENCE)
      else for (const n of part) words.take(frame(n))
    }
    return heard
  }
  const silence = (frames: number) => Array.from({ length: frames }, () => 'silence')

  it('300 ms stay of a long silence', () => {
    const half = silence(8)
    expect(through([0], 100, [1, 2], 50, [3])).toEqual([
      ...[0, ...half, 'pause', ...half],
      ...[1, 2, ...half, 'pause', ...half, 3],
    ])
  })

  it('a short one stays as it is', () => {
    expect(through([0], 15, [1], 16, [2])).toEqual([0, ...silence(15), 1, ...silence(16), 2])
  })

  it('before the first word and after the last too', () => {
    expect(through(100, [0], 100)).toEqual([...silence(8), 'pause', ...silence(8), 0, ...silence(8), 'pause'])
  })

  it('a soft voice is no silence', () => {
    const words = createFirstWords()
    let heard = 0
    words.open(() => heard++, { shortenSilence: { pause: () => undefined } })
    for (let n = 0; n < 100; n++) words.take(new Int16Array(480).map((_, i) => (i % 2 ? 120 : -120)))
    expect(heard).toBe(100)
  })
})
