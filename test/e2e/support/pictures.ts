/**
 * Real picture files, made when they are needed: drawn by the browser, and put together byte by byte where it cannot make them.
 * And how those that were drawn look where they are shown.
 */
import type { Locator, Page } from '@playwright/test'
import { EXIF, segment } from '../../fixtures/jpeg.ts'

export interface PictureFile {
  name: string
  mimeType: string
  buffer: Buffer
}

/** Red on the left, blue on the right, with noise in between where `isBusy`, which no encoder makes small. */
export async function drawn(
  page: Page,
  width: number,
  height: number,
  type: 'image/jpeg' | 'image/png' | 'image/webp' = 'image/jpeg',
  isBusy = false,
): Promise<PictureFile> {
  const base64 = await page.evaluate(
    async ([width, height, type, isBusy]) => {
      const canvas = new OffscreenCanvas(width, height)
      const context = canvas.getContext('2d')
      if (!context) throw new Error('no canvas')
      context.fillStyle = '#f00'
      context.fillRect(0, 0, width / 2, height)
      context.fillStyle = '#00f'
      context.fillRect(width / 2, 0, width / 2, height)
      for (let n = 0; isBusy && n < 60_000; n++) {
        context.fillStyle = `hsl(${(n * 137) % 360} 90% ${20 + ((n * 31) % 60)}%)`
        context.fillRect((n * 7919) % width, (n * 104_729) % height, width / 200, height / 200)
      }
      const bytes = new Uint8Array(await (await canvas.convertToBlob({ type, quality: 0.95 })).arrayBuffer())
      let text = ''
      for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192))
      return btoa(text)
    },
    [width, height, type, isBusy] as const,
  )
  return { name: `picture.${type.slice(6)}`, mimeType: type, buffer: Buffer.from(base64, 'base64') }
}

/** The same photo as a camera writes it that was held sideways: to be turned by 90° clockwise, with where and when in it. */
export function heldSideways(photo: PictureFile): PictureFile {
  const comment = segment(0xfe, [...Buffer.from('GPS 52.5200 13.4050 taken by A. Secret')])
  const extra = Buffer.from([...segment(...EXIF), ...comment])
  return { ...photo, buffer: Buffer.concat([photo.buffer.subarray(0, 2), extra, photo.buffer.subarray(2)]) }
}

/** Two frames of 8 × 4 px that go round and round (GIF89a). */
export function animatedGif(): PictureFile {
  const frame = (colour: number) => [
    ...[0x21, 0xf9, 4, 0, 50, 0, 0, 0], // shown for half a second
    ...[0x2c, 0, 0, 0, 0, 8, 0, 4, 0, 0],
    // Codes of three bits, each pixel by itself: clear, a pixel, clear, a pixel …, end.
    ...lzw(Array.from({ length: 32 }, () => colour)),
  ]
  const bytes = [
    ...Buffer.from('GIF89a'),
    ...[8, 0, 4, 0, 0x80, 0, 0],
    ...[255, 0, 0, 0, 0, 255],
    ...[0x21, 0xff, 11, ...Buffer.from('NETSCAPE2.0'), 3, 1, 0, 0, 0],
    ...frame(0),
    ...frame(1),
    0x3b,
  ]
  return { name: 'dance.gif', mimeType: 'image/gif', buffer: Buffer.from(bytes) }
}

/** Codes without compression: the table is cleared before each pixel, so that codes stay three bits wide. */
function lzw(pixels: readonly number[]): number[] {
  const [clear, end] = [4, 5]
  const codes = [...pixels.flatMap((pixel) => [clear, pixel]), end]
  const bits = codes.map((code) => code.toString(2).padStart(3, '0')).reverse()
  const text = bits.join('')
  const padded = text.padStart(Math.ceil(text.length / 8) * 8, '0')
  const bytes = (padded.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)).reverse()
  return [2, bytes.length, ...bytes, 0]
}

/** A WebP with two frames, of a still one (WebP container, Extended File Format). */
export function animatedWebp(still: PictureFile, width: number, height: number): PictureFile {
  const chunk = (name: string, payload: Buffer) => {
    const head = Buffer.alloc(8)
    head.write(name, 'latin1')
    head.writeUInt32LE(payload.length, 4)
    return Buffer.concat([head, payload, Buffer.alloc(payload.length % 2)])
  }
  const size = Buffer.alloc(6)
  size.writeUIntLE(width - 1, 0, 3)
  size.writeUIntLE(height - 1, 3, 3)
  const frame = Buffer.concat([Buffer.alloc(6), size, Buffer.from([100, 0, 0, 0]), pixelsOf(still.buffer)])
  const body = Buffer.concat([
    Buffer.from('WEBP'),
    chunk('VP8X', Buffer.concat([Buffer.from([0x02, 0, 0, 0]), size])),
    chunk('ANIM', Buffer.from([255, 255, 255, 255, 0, 0])),
    chunk('ANMF', frame),
    chunk('ANMF', frame),
  ])
  const head = Buffer.alloc(8)
  head.write('RIFF', 'latin1')
  head.writeUInt32LE(body.length, 4)
  return { name: 'dance.webp', mimeType: 'image/webp', buffer: Buffer.concat([head, body]) }
}

/** The chunks of a still WebP that hold its pixels, without those that a browser puts around them. */
function pixelsOf(webp: Buffer): Buffer {
  const chunks: Buffer[] = []
  for (let at = 12; at < webp.length; ) {
    const length = 8 + webp.readUInt32LE(at + 4)
    const padded = length + (length % 2)
    if (['VP8 ', 'VP8L', 'ALPH'].includes(webp.toString('latin1', at, at + 4))) {
      chunks.push(webp.subarray(at, at + padded))
    }
    at += padded
  }
  return Buffer.concat(chunks)
}

/** Files that are called pictures. */
export const NOT_TO_BE_SHOWN: Readonly<Record<'heic' | 'svg' | 'pdf' | 'text' | 'broken', PictureFile>> = {
  heic: {
    name: 'IMG_0001.HEIC',
    mimeType: 'image/heic',
    buffer: Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypheic\0\0\0\0mif1heic'), Buffer.alloc(500)]),
  },
  svg: {
    name: 'logo.svg',
    mimeType: 'image/svg+xml',
    buffer: Buffer.from(
      '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>',
    ),
  },
  pdf: { name: 'menu.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7\n%âãÏÓ\n') },
  text: { name: 'notes.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('just a few notes') },
  broken: {
    name: 'broken.jpg',
    mimeType: 'image/jpeg',
    buffer: Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16]), Buffer.from('JFIF\0'), Buffer.alloc(300, 7)]),
  },
}

/** Colours in the middle of the four sides, clockwise from the top: r, b or -. */
export function sides(canvas: Locator): Promise<string> {
  return canvas.evaluate((element) => {
    const { width, height } = element as HTMLCanvasElement
    const context = (element as HTMLCanvasElement).getContext('2d')
    const colour = (x: number, y: number) => {
      const [red = 0, , blue = 0] = context?.getImageData(Math.floor(x), Math.floor(y), 1, 1).data ?? []
      return red > 200 && blue < 60 ? 'r' : blue > 200 && red < 60 ? 'b' : '-'
    }
    return [
      colour(width / 2 - 3, 2),
      colour(width - 3, height / 2 - 3),
      colour(width / 2 - 3, height - 3),
      colour(2, height / 2 - 3),
    ].join('')
  })
}
