import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ImageSize, MAX_IMAGE_BYTES, MAX_IMAGE_SIDE } from '../../../protocol/image.ts'
import { fitWithin, smallEnough } from '../../../widget/images/fit.ts'

describe('the size of a picture', () => {
  it.each([
    [
      { width: 8000, height: 6000 },
      { width: 800, height: 600 },
    ],
    [
      { width: 1080, height: 1920 },
      { width: 450, height: 800 },
    ],
    [
      { width: 300, height: 200 },
      { width: 300, height: 200 },
    ],
    [
      { width: 100_000, height: 1 },
      { width: 800, height: 1 },
    ],
  ])('keeps its shape: %o', (from, to) => {
    expect(fitWithin(from)).toEqual(to)
  })

  it('is never larger than may be or than it was, and never nothing', () => {
    const side = fc.integer({ min: 1, max: 30_000 })
    fc.assert(
      fc.property(side, side, (width, height) => {
        const fitted = fitWithin({ width, height })
        expect(Math.max(fitted.width, fitted.height)).toBeLessThanOrEqual(MAX_IMAGE_SIDE)
        expect(fitted.width).toBeLessThanOrEqual(width)
        expect(Math.min(fitted.width, fitted.height)).toBeGreaterThanOrEqual(1)
      }),
    )
  })
})

describe('small enough', () => {
  const size = { width: 4000, height: 3000 }
  /** As large as `bytes` says of each try. */
  const tries = (bytes: (size: ImageSize, quality: number) => number) => {
    const tried: string[] = []
    const encode = async (size: ImageSize, quality: number) => {
      tried.push(`${size.width} ${quality}`)
      return { jpeg: new Uint8Array(bytes(size, quality)) }
    }
    return { tried, encode }
  }

  it('is the first try of most pictures', async () => {
    const { tried, encode } = tries(() => MAX_IMAGE_BYTES)
    expect((await smallEnough(size, encode))?.jpeg.length).toBe(MAX_IMAGE_BYTES)
    expect(tried).toEqual(['800 0.85'])
  })

  it('gives up quality before pixels', async () => {
    const { tried, encode } = tries(({ width }, quality) => width * quality * 700)
    expect((await smallEnough(size, encode))?.jpeg.length).toBeLessThanOrEqual(MAX_IMAGE_BYTES)
    expect(tried).toEqual(['800 0.85', '800 0.75', '800 0.65', '800 0.5', '800 0.35'])
    const worse = tries(({ width }, quality) => width * quality * 900)
    await smallEnough(size, worse.encode)
    expect(worse.tried.at(-1)).toBe('600 0.35')
  })

  it('is nothing where nothing helps, or nothing can be made', async () => {
    expect(await smallEnough(size, tries(() => MAX_IMAGE_BYTES + 1).encode)).toBeNull()
    expect(await smallEnough(size, async () => null)).toBeNull()
  })
})
