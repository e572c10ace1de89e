/** What a file is, by its first bytes: names and types of files say what somebody wanted them to be. */

export type FileKind = 'jpeg' | 'png' | 'gif' | 'webp' | 'avif' | 'bmp' | 'heic' | 'svg' | 'pdf' | 'unknown'

/** So much of a file is enough. Bytes */
export const HEAD_BYTES = 64 * 1024

/** ISO base media files (ISO 14496-12, 4.3): brands of HEIF and AVIF. */
const HEIC_BRANDS = ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1']
const AVIF_BRANDS = ['avif', 'avis']

export function kindOf(head: Uint8Array): FileKind {
  const text = latin1(head, 0, 12)
  if (text.startsWith('\xff\xd8\xff')) return 'jpeg'
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'png'
  if (text.startsWith('GIF8')) return 'gif'
  if (text.startsWith('RIFF') && text.endsWith('WEBP')) return 'webp'
  if (text.startsWith('BM')) return 'bmp'
  if (text.startsWith('%PDF')) return 'pdf'
  if (text.slice(4, 8) === 'ftyp') return kindOfBrands(head)
  return isSvg(head) ? 'svg' : 'unknown'
}

/** More than one picture. Of GIFs only those that go round and round are known. */
export function isAnimated(kind: FileKind, head: Uint8Array): boolean {
  if (kind === 'gif') return latin1(head).includes('NETSCAPE2.0')
  // The animation flag of the extended header (WebP container, Extended File Format).
  if (kind === 'webp') return latin1(head, 12, 16) === 'VP8X' && ((head[20] ?? 0) & 0x02) !== 0
  // Its animation control comes before the first data (APNG, acTL).
  if (kind === 'png') return /acTL[\s\S]*IDAT/.test(latin1(head))
  return kind === 'avif' && latin1(head, 8, 12) === 'avis'
}

/** The brand, then those that it is compatible with: many AVIFs call themselves by the common one. */
function kindOfBrands(head: Uint8Array): FileKind {
  const length = new DataView(head.buffer, head.byteOffset, head.length).getUint32(0)
  const brands = latin1(head, 8, Math.min(length, 256)).match(/.{4}/gs) ?? []
  if (brands.some((brand) => AVIF_BRANDS.includes(brand))) return 'avif'
  return brands.some((brand) => HEIC_BRANDS.includes(brand)) ? 'heic' : 'unknown'
}

function isSvg(head: Uint8Array): boolean {
  const text = new TextDecoder().decode(head.subarray(0, 4096)).trimStart()
  return /^(<\?xml|<!--|<!DOCTYPE svg|<svg)/i.test(text) && /<svg[\s>]/i.test(text)
}

function latin1(bytes: Uint8Array, from = 0, to = bytes.length): string {
  let text = ''
  for (const byte of bytes.subarray(from, to)) text += String.fromCharCode(byte)
  return text
}
