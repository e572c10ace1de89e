/** One picture of the screen. The browser asks the visitor each time, and what it gives is given back at once. */
import { ImageError } from './flaw.ts'
import { type PreparedImage, prepareBitmap } from './prepare.ts'

export function canTakeScreen(): boolean {
  return typeof navigator.mediaDevices?.getDisplayMedia === 'function'
}

/** Inside the visitor's tap. Null when the visitor says no. @throws ImageError */
export async function prepareScreen(): Promise<PreparedImage | null> {
  let stream: MediaStream
  try {
    stream = await navigator.mediaDevices.getDisplayMedia({ video: true, audio: false })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotAllowedError') return null
    throw new ImageError('screen')
  }
  return prepareBitmap(await firstPicture(stream))
}

async function firstPicture(stream: MediaStream): Promise<ImageBitmap> {
  const video = document.createElement('video')
  try {
    video.muted = true
    video.playsInline = true
    video.srcObject = stream
    // Resolves with the first picture that is shown.
    await video.play()
    return await createImageBitmap(video)
  } catch {
    throw new ImageError('screen')
  } finally {
    for (const track of stream.getTracks()) track.stop()
    video.srcObject = null
  }
}
