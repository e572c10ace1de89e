/** 16-bit mono PCM in a RIFF/WAVE container: what flite writes and what a browser's fake microphone reads. */

export interface Wav {
  /** Samples per second. */
  rate: number
  pcm: Int16Array
}

const HEADER_BYTES = 44
const BYTES_PER_SAMPLE = 2
const PCM_FORMAT = 1

/** The bytes of a WAV file. */
export function writeWav({ rate, pcm }: Wav): Uint8Array {
  const dataBytes = pcm.length * BYTES_PER_SAMPLE
  const bytes = new Uint8Array(HEADER_BYTES + dataBytes)
  const view = new DataView(bytes.buffer)
  writeTag(bytes, 0, 'RIFF')
  view.setUint32(4, HEADER_BYTES - 8 + dataBytes, true)
  writeTag(bytes, 8, 'WAVE')
  writeTag(bytes, 12, 'fmt ')
  view.setUint32(16, 16, true)
  view.setUint16(20, PCM_FORMAT, true)
  view.setUint16(22, 1, true)
  view.setUint32(24, rate, true)
  view.setUint32(28, rate * BYTES_PER_SAMPLE, true)
  view.setUint16(32, BYTES_PER_SAMPLE, true)
  view.setUint16(34, 8 * BYTES_PER_SAMPLE, true)
  writeTag(bytes, 36, 'data')
  view.setUint32(40, dataBytes, true)
  for (const [n, sample] of pcm.entries()) view.setInt16(HEADER_BYTES + n * BYTES_PER_SAMPLE, sample, true)
  return bytes
}

/** Reads a WAV file; throws where it is not 16-bit mono PCM. A data chunk that claims too much is cut to what is there. */
export function readWav(bytes: Uint8Array): Wav {
  if (readTag(bytes, 0) !== 'RIFF' || readTag(bytes, 8) !== 'WAVE') throw new Error('Not a WAV file.')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let rate: number | undefined
  for (let offset = 12; offset + 8 <= bytes.length; ) {
    const tag = readTag(bytes, offset)
    const size = view.getUint32(offset + 4, true)
    const body = offset + 8
    if (tag === 'fmt ') rate = readFormat(view, body)
    if (tag === 'data') {
      if (rate === undefined) throw new Error('The WAV file has data before its format.')
      return { rate, pcm: readSamples(view, body, Math.min(size, bytes.length - body)) }
    }
    // Chunks are padded to an even length.
    offset = body + size + (size % 2)
  }
  throw new Error('The WAV file has no data.')
}

function readFormat(view: DataView, body: number): number {
  if (body + 16 > view.byteLength) throw new Error('The WAV file is cut off.')
  const format = view.getUint16(body, true)
  const channels = view.getUint16(body + 2, true)
  const bits = view.getUint16(body + 14, true)
  if (format !== PCM_FORMAT || channels !== 1 || bits !== 16) {
    throw new Error(`Only 16-bit mono PCM is read (format ${format}, ${channels} channels, ${bits} bits).`)
  }
  return view.getUint32(body + 4, true)
}

function readSamples(view: DataView, body: number, size: number): Int16Array {
  const pcm = new Int16Array(Math.floor(size / BYTES_PER_SAMPLE))
  for (let n = 0; n < pcm.length; n += 1) pcm[n] = view.getInt16(body + n * BYTES_PER_SAMPLE, true)
  return pcm
}

function readTag(bytes: Uint8Array, offset: number): string {
  return String.fromCharCode(...bytes.subarray(offset, offset + 4))
}

function writeTag(bytes: Uint8Array, offset: number, tag: string): void {
  for (let n = 0; n < tag.length; n += 1) bytes[offset + n] = tag.charCodeAt(n)
}
