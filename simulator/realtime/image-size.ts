/** How large a picture is, from its header: so that the mind can prove that it got the right one. */

/** px; null for what is neither a PNG nor a JPEG. */
export function imageSize(bytes: Buffer): { width: number; height: number } | null {
  // PNG: signature, then the header chunk (PNG 3, 11.2.1).
  if (bytes.length >= 24 && bytes.readUInt32BE(0) === 0x89504e47) {
    return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }
  }
  // JPEG: segments up to the frame header (ITU-T T.81, B.2.2).
  let at = 2
  while (bytes.length >= at + 9 && bytes.readUInt16BE(0) === 0xffd8) {
    const marker = bytes.readUInt16BE(at)
    if (marker >= 0xffc0 && marker <= 0xffc2) {
      return { width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) }
    }
    at += 2 + bytes.readUInt16BE(at + 2)
  }
  return null
}
