/** Records what a visitor hears: the stream that the widget's <audio> element really plays. */
import type { Page } from '@playwright/test'

/** What the ear of the simulator takes. Hz */
export const RECORDING_RATE = 24_000

export interface Recording {
  /** Mono, 24 kHz, without gaps from the beginning on. */
  pcm: Int16Array
  /** When the first sample was heard, ms since 1970: the journal's clock. */
  startedAt: number
}

interface Recorder {
  take(): { pcm: string; startedAt: number }
  stop(): Promise<void>
}
interface RecordingWindow extends Window {
  testRecorder?: Recorder
}

/**
 * Starts to record. Follows the element when it gets another stream, as after a reconnect; while nothing plays (no
 * element, paused, muted) it records silence. The visitor must have clicked something before.
 */
export async function startRecording(page: Page): Promise<void> {
  await page.evaluate(async (rate) => {
    const audio = new AudioContext({ sampleRate: rate })
    await audio.resume()
    const chunks: Int16Array[] = []
    let startedAt = 0
    let heard: MediaStream | undefined
    let source: MediaStreamAudioSourceNode | undefined

    const player = (root: Document | ShadowRoot): HTMLAudioElement | undefined => {
      for (const element of root.querySelectorAll('*')) {
        if (element instanceof HTMLAudioElement && element.srcObject) return element
        const inside = element.shadowRoot && player(element.shadowRoot)
        if (inside) return inside
      }
      return undefined
    }

    // Simple and in the page's own thread: a test page has nothing else to do.
    const tap = audio.createScriptProcessor(1024, 1, 1)
    tap.onaudioprocess = ({ inputBuffer }) => {
      startedAt ||= performance.timeOrigin + performance.now() - inputBuffer.duration * 1000
      chunks.push(Int16Array.from(inputBuffer.getChannelData(0), (sample) => Math.round(sample * 32_767)))
    }
    tap.connect(audio.destination)

    const follow = () => {
      const element = player(document)
      const plays = element && !element.paused && !element.muted && element.volume > 0
      const stream = plays && element.srcObject instanceof MediaStream ? element.srcObject : undefined
      if (stream === heard) return
      source?.disconnect()
      source = stream && stream.getAudioTracks().length > 0 ? audio.createMediaStreamSource(stream) : undefined
      source?.connect(tap)
      heard = source ? stream : undefined
    }
    const following = setInterval(follow, 50)
    follow()

    const recording: RecordingWindow = window
    recording.testRecorder = {
      take() {
        let letters = ''
        for (const chunk of chunks) {
          const bytes = new Uint8Array(chunk.buffer)
          for (const byte of bytes) letters += String.fromCharCode(byte)
        }
        return { pcm: btoa(letters), startedAt }
      },
      async stop() {
        clearInterval(following)
        tap.disconnect()
        source?.disconnect()
        await audio.close()
        recording.testRecorder = undefined
      },
    }
  }, RECORDING_RATE)
}

/** All that was heard since the recording began; it goes on. */
async function recordingSoFar(page: Page): Promise<Recording> {
  const { pcm, startedAt } = await page.evaluate(() => {
    const recording: RecordingWindow = window
    if (!recording.testRecorder) throw new Error('Nothing is being recorded')
    return recording.testRecorder.take()
  })
  const bytes = Buffer.from(pcm, 'base64')
  // Copied, because a view on 16-bit numbers needs an even start.
  return { pcm: new Int16Array(new Uint8Array(bytes).buffer), startedAt }
}

/** Ends the recording and leaves nothing of it in the page. */
export async function stopRecording(page: Page): Promise<Recording> {
  const whole = await recordingSoFar(page)
  await page.evaluate(async () => {
    const recording: RecordingWindow = window
    await recording.testRecorder?.stop()
  })
  return whole
}
