/**
 * The segments of a JPEG (ITU-T T.81, annex B): takes metadata out, and tells whether a file is a whole picture and nothing else.
 * What stands in the coded data itself is not looked at.
 */
import type { ImageSize } from './image.ts'

interface Segment {
  marker: number
  /** Where its marker begins, and where the next segment does. */
  from: number
  to: number
}

const SOI = 0xd8
const EOI = 0xd9
const SOS = 0xda
const DQT = 0xdb
const DHT = 0xc4
const DRI = 0xdd
/** JFIF and Adobe's: how colours are to be understood. Both have one length only, so nothing else fits in. */
const APP0 = 0xe0
const APP14 = 0xee
const LENGTHS: Readonly<Record<number, number>> = { [APP0]: 16, [APP14]: 14 }
/** Baseline, extended and progressive. */
const FRAMES = [0xc0, 0xc1, 0xc2]
const WANTED = [...FRAMES, SOS, DQT, DHT, DRI]

/** Why a file is refused. `metadata`: it carries more than a picture. */
export type JpegFlaw = 'not_jpeg' | 'broken' | 'metadata'

/** The size of a picture that is complete and carries nothing else. */
export function readJpeg(bytes: Uint8Array): ImageSize | JpegFlaw {
  if (!isJpeg(bytes)) return 'not_jpeg'
  const segments = segmentsOf(bytes)
  const frames = segments?.filter(({ marker }) => FRAMES.includes(marker)) ?? []
  const has = (wanted: number) => segments?.some(({ marker }) => marker === wanted)
  const [frame] = frames
  if (!segments || !frame || frames.length > 1 || !has(SOS) || !has(DQT)) return 'broken'
  const end = (segments.at(-1)?.to ?? 0) + 2
  if (end !== bytes.length || !segments.every((segment) => isWanted(bytes, segment))) return 'metadata'
  // Marker, length, precision, then height and width (B.2.2).
  const size = { height: word(bytes, frame.from + 5), width: word(bytes, frame.from + 7) }
  return size.width > 0 && size.height > 0 ? size : 'broken'
}

/** The same picture without EXIF, colour profile, comments, thumbnails and whatever stands behind its end. Null: it is none. */
export function withoutMetadata(bytes: Uint8Array): Uint8Array<ArrayBuffer> | null {
  const segments = isJpeg(bytes) ? segmentsOf(bytes) : null
  if (!segments) return null
  const kept = segments.filter((segment) => isWanted(bytes, segment))
  const clean = new Uint8Array(kept.reduce((sum, { from, to }) => sum + to - from, 4))
  clean.set([0xff, SOI])
  let at = 2
  for (const { from, to } of kept) {
    clean.set(bytes.subarray(from, to), at)
    at += to - from
  }
  clean.set([0xff, EOI], at)
  return clean
}

function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === SOI && bytes[2] === 0xff
}

function isWanted(bytes: Uint8Array, { marker, from }: Segment): boolean {
  return WANTED.includes(marker) || LENGTHS[marker] === word(bytes, from + 2)
}

/** Between the start of the picture and its end; null where it has none. */
function segmentsOf(bytes: Uint8Array): Segment[] | null {
  const segments: Segment[] = []
  let at = 2
  while (at + 1 < bytes.length) {
    if (bytes[at] !== 0xff) return null
    const marker = bytes[at + 1] ?? 0
    if (marker === EOI) return segments
    const length = word(bytes, at + 2)
    if (length < 2) return null
    const to = marker === SOS ? endOfScan(bytes, at + 2 + length) : at + 2 + length
    segments.push({ marker, from: at, to })
    at = to
  }
  return null
}

/** The next marker behind coded data, in which 0xff is followed by zero or a restart (B.1.1.5). */
function endOfScan(bytes: Uint8Array, start: number): number {
  let at = bytes.indexOf(0xff, start)
  while (at >= 0) {
    const next = bytes[at + 1] ?? EOI
    if (next !== 0 && (next < 0xd0 || next > 0xd7)) return at
    at = bytes.indexOf(0xff, at + 2)
  }
  return bytes.length
}

function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
}
