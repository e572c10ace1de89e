import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { CallIdSchema, ItemIdSchema, newId, SessionIdSchema } from '../../protocol/ids.ts'

describe('newId', () => {
  it('makes ids that their schemas accept and the provider takes', () => {
    expect(v.is(SessionIdSchema, newId('ses_'))).toBe(true)
    expect(v.is(CallIdSchema, newId('call_'))).toBe(true)
    expect(v.is(ItemIdSchema, newId('txt_'))).toBe(true)
  })

  it('never favours a letter: bytes that would are thrown away', () => {
    const counts = new Map<string, number>()
    let seed = 1
    const byte = () => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
      return seed >>> 24
    }
    const bytes = (n: number) => Uint8Array.from({ length: n }, byte)
    for (let n = 0; n < 20_000; n++) {
      for (const letter of newId('itm_', bytes).slice(4)) counts.set(letter, (counts.get(letter) ?? 0) + 1)
    }
    expect(counts.size).toBe(62)
    // 256 bytes on 62 letters without care: the first eight come 1.25 times as often.
    expect(Math.max(...counts.values()) / Math.min(...counts.values())).toBeLessThan(1.12)
  })

  it('does not repeat', () => {
    expect(new Set(Array.from({ length: 1000 }, () => newId('ses_'))).size).toBe(1000)
  })
})
