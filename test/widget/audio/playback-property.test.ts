/** Whatever comes in which order: what the playback engine says was played is what was played. */
import fc from 'fast-check'
import { expect, it, vi } from 'vitest'
import { playerOf } from './player.ts'
import { largestStep } from './sounds.ts'

// Much work for a busy machine.
vi.setConfig({ testTimeout: 60_000 })

type Step =
  | { do: 'push'; item: number; samples: number }
  | { do: 'end'; item: number }
  | { do: 'run'; ms: number }
  | { do: 'flush' }

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('push'), item: fc.nat(2), samples: fc.nat(3000) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('run'), ms: fc.nat(120) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('end'), item: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('flush') }) },
) as fc.Arbitrary<Step>

it.each([24_000, 44_100, 48_000])('at %i Hz', (rate) => {
  const steps = fc.array(step, { maxLength: 40 })
  fc.assert(
    fc.property(steps, fc.constantFrom(32, 128, 333), (happened, quantum) => {
      const { engine, ...player } = playerOf(rate, quantum)
      /** Items follow each other, and none comes again after its end, as the provider has it. */
      let newest = 0
      let newestEnded = false
      const played = new Map<string, number>()
      let seen = 0
      const learn = () => {
        for (const event of player.events.slice(seen)) {
          if (event.type !== 'position') continue
          const { item, played: now, received } = event.position
          expect(now).toBeGreaterThan(played.get(item) ?? 0)
          expect(now).toBeLessThanOrEqual(received)
          played.set(item, now)
        }
        seen = player.events.length
      }
      const flush = () => {
        const cut = engine.flush()
        learn()
        for (const { item, played: now } of cut) {
          expect(now).toBeGreaterThanOrEqual(played.get(item) ?? 0)
          played.set(item, now)
        }
      }
      for (const now of happened) {
        if (now.do === 'push') {
          if (now.item === 0 || newestEnded) newest++
          newestEnded = false
          engine.push(`i${newest}`, new Int16Array(now.samples).fill(8192))
        } else if (now.do === 'end') {
          engine.end(`i${newest - now.item}`)
          newestEnded ||= now.item === 0
        } else if (now.do === 'run') player.run(now.ms)
        else flush()
        learn()
      }
      flush()
      player.run(20)
      const sound = player.sound()
      expect(sound.every(Number.isFinite)).toBe(true)
      // A cut would be a step of 0.25.
      expect(largestStep(sound)).toBeLessThan(0.02)
      const frames = sound.filter((sample) => sample !== 0).length
      const samples = [...played.values()].reduce((sum, now) => sum + now, 0)
      // Each stretch may round up to a whole frame, and each cut down to a whole sample.
      const slack = rate === 24_000 ? 0 : 3 * (happened.length + 2)
      expect(Math.abs(frames - (samples * rate) / 24_000)).toBeLessThanOrEqual(slack)
    }),
    { numRuns: 300 },
  )
})
