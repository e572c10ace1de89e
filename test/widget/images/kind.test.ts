import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isAnimated, kindOf } from '../../../widget/images/kind.ts'
import { jpeg } from '../../fixtures/jpeg.ts'

const bytes = (...parts: (string | number[])[]) =>
  new Uint8Array(parts.flatMap((part) => (typeof part === 'string' ? [...Buffer.from(part, 'latin1')] : part)))
const ftyp = (...brands: string[]) =>
  bytes([0, 0, 0, 12 + 4 * brands.length], 'ftyp', brands[0] ?? '', [0, 0, 0, 0], ...brands.slice(1))

describe('what a file is', () => {
  it.each([
    ['jpeg', jpeg()],
    ['png', bytes('\x89PNG\r\n\x1a\n')],
    ['gif', bytes('GIF87a')],
    ['webp', bytes('RIFF\x10\0\0\0WEBPVP8 ')],
    ['bmp', bytes('BM')],
    ['heic', ftyp('heic', 'mif1')],
    ['heic', ftyp('mif1', 'heic')],
    ['avif', ftyp('avif', 'mif1')],
    ['avif', ftyp('mif1', 'miaf', 'avif')],
    ['unknown', ftyp('isom', 'mp42')], // a film
    ['pdf', bytes('%PDF-1.7')],
    ['svg', bytes('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['svg', bytes('  <?xml version="1.0"?>\n<!-- made by hand -->\n<svg width="9">')],
    ['unknown', bytes('<?xml version="1.0"?><note/>')],
    ['unknown', bytes('<html><svg></svg></html>')],
    ['unknown', bytes('hello')],
    ['unknown', bytes('')],
  ] as const)('%s', (kind, head) => {
    expect(kindOf(head)).toBe(kind)
  })

  it('is told of any bytes without an error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (head) => {
        isAnimated(kindOf(head), head)
        kindOf(bytes([...head.subarray(0, 4)], 'ftyp', [...head.subarray(4)]))
      }),
    )
  })
})

describe('what moves', () => {
  it.each([
    ['a GIF that goes round', bytes('GIF89a', [1, 2, 3], 'NETSCAPE2.0'), true],
    ['a still GIF', bytes('GIF89a', [1, 2, 3]), false],
    ['an animated WebP', bytes('RIFF\x10\0\0\0WEBPVP8X', [10, 0, 0, 0, 0x12]), true],
    ['a WebP with transparency', bytes('RIFF\x10\0\0\0WEBPVP8X', [10, 0, 0, 0, 0x10]), false],
    ['a plain WebP', bytes('RIFF\x10\0\0\0WEBPVP8 ', [10, 0, 0, 0, 2]), false],
    ['an animated PNG', bytes('\x89PNG\r\n\x1a\n', 'IHDR', 'acTL', 'IDAT'), true],
    ['a PNG', bytes('\x89PNG\r\n\x1a\n', 'IHDR', 'IDAT', 'acTL'), false],
    ['an AVIF sequence', ftyp('avis', 'avif'), true],
    ['a JPEG', jpeg(), false],
  ])('%s: %3$s', (_, head, moves) => {
    expect(isAnimated(kindOf(head), head)).toBe(moves)
  })
})
