import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readJpeg, withoutMetadata } from '../../protocol/jpeg.ts'
import { EXIF, JFIF, jpeg } from '../fixtures/jpeg.ts'

const COMMENT: [number, number[]] = [0xfe, [...'taken at 52.52 N, 13.40 E'].map((sign) => sign.charCodeAt(0))]
/** A JFIF header with a thumbnail of one pixel. */
const THUMBNAIL: [number, number[]] = [0xe0, [...JFIF[1].slice(0, 12), 1, 1, 9, 9, 9]]

describe('what a JPEG is', () => {
  it('has a size', () => {
    expect(readJpeg(jpeg({ width: 800, height: 533 }))).toEqual({ width: 800, height: 533 })
    expect(readJpeg(jpeg({ extra: [], scan: [0xff, 0, 7, 0xff, 0xd0, 8, 0xff, 0xd7, 9] }))).toMatchObject({
      width: 640,
    })
  })

  it.each([
    ['EXIF', jpeg({ extra: [JFIF, EXIF] })],
    ['a comment', jpeg({ extra: [COMMENT] })],
    ['a thumbnail', jpeg({ extra: [THUMBNAIL] })],
    ['a colour profile', jpeg({ extra: [[0xe2, [73, 67, 67]]] })],
    ['something behind its end', jpeg({ tail: [1, 2, 3] })],
  ])('carries nothing else: %s', (_, bytes) => {
    expect(readJpeg(bytes)).toBe('metadata')
  })

  it.each([
    ['nothing', new Uint8Array(), 'not_jpeg'],
    ['a PNG', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0xd, 0xa, 0x1a, 0xa]), 'not_jpeg'],
    ['the first half', jpeg().subarray(0, 60), 'broken'],
    ['one without its end', jpeg().subarray(0, -2), 'broken'],
    ['only start and end', new Uint8Array([0xff, 0xd8, 0xff, 0xd9]), 'broken'],
    ['no width', jpeg({ width: 0 }), 'broken'],
    ['two frames', jpeg({ extra: [[0xc0, [8, 0, 9, 0, 9, 1, 1, 0x11, 0]]] }), 'broken'],
    ['a segment without a length', new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0, 0, 0xff, 0xd9]), 'broken'],
  ])('is not %s', (_, bytes, flaw) => {
    expect(readJpeg(bytes)).toBe(flaw)
  })

  it('is told of any bytes without an error, in time', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const framed = new Uint8Array([0xff, 0xd8, 0xff, ...bytes])
        const read = readJpeg(framed)
        if (typeof read === 'object') expect(withoutMetadata(framed)).toEqual(framed)
        withoutMetadata(framed)
      }),
    )
  })
})

describe('without metadata', () => {
  it('is the same picture, and clean', () => {
    const dirty = jpeg({ extra: [JFIF, EXIF, COMMENT, THUMBNAIL], tail: [0xff, 0xd8, 1], scan: [5, 0xff, 0, 6] })
    expect(withoutMetadata(dirty)).toEqual(jpeg({ extra: [JFIF], scan: [5, 0xff, 0, 6] }))
  })

  it('stays as it is where there is none', () => {
    expect(withoutMetadata(jpeg())).toEqual(jpeg())
  })

  it('is nothing for what is no JPEG', () => {
    expect(withoutMetadata(new Uint8Array([1, 2, 3]))).toBeNull()
    expect(withoutMetadata(jpeg().subarray(0, 60))).toBeNull()
  })
})
