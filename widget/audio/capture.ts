/**
 * The microphone as frames for the wire: PCM16, mono, 24 kHz, little-endian, 20 ms each. The page's side of the capture worklet, for
 * the relay. The worklets must have been loaded into the context (worklet-loader.ts); the context runs at its own rate, whatever that is.
 *
 * One capture serves all calls of a start: between calls mute it, or ignore its frames; `reset` it for the next one. A context whose rate changed is another context and needs another capture.
 */
import { loudnessOfRms } from './levels.ts'
import { CAPTURE_NAME, type FromCapture, type ToCapture } from './worklet-messages.ts'

export interface CaptureHandlers {
  /** In order, also while muted (silence then). Belongs to the worklet again when this returns: copy what is to be kept. */
  frame(pcm: Int16Array<ArrayBuffer>): void
  /** The worklet broke: no frame will come any more. */
  failed(): void
}

export interface Capture {
  /** Listens to this node from now on, instead of the one before. */
  listen(to: AudioNode): void
  setMuted(muted: boolean): void
  /** 0…1: loudness of the newest frame, on the scale of levels.ts. */
  level(): number
  /** Forgets what is in the filter, so that sound from before a pause is not joined to sound from after it. */
  reset(): void
  close(): void
}

export function createCapture(context: AudioContext, handlers: CaptureHandlers): Capture {
  const node = new AudioWorkletNode(context, CAPTURE_NAME, { numberOfInputs: 1, numberOfOutputs: 1 })
  let source: AudioNode | null = null
  let level = 0
  let closed = false

  function tell(message: ToCapture, transfer: Transferable[] = []): void {
    node.port.postMessage(message, transfer)
  }

  node.port.onmessage = ({ data: { buffer, rms } }: MessageEvent<FromCapture>) => {
    if (closed) return
    level = loudnessOfRms(rms)
    try {
      handlers.frame(new Int16Array(buffer))
    } finally {
      tell({ type: 'give_back', buffer }, [buffer])
    }
  }
  node.onprocessorerror = () => {
    if (!closed) handlers.failed()
  }
  // Silence; but some browsers run only what leads to the speaker.
  node.connect(context.destination)

  return {
    listen(to) {
      source?.disconnect(node)
      source = to
      source.connect(node)
    },
    setMuted: (muted) => tell({ type: 'mute', muted }),
    level: () => level,
    reset: () => tell({ type: 'reset' }),
    close() {
      tell({ type: 'close' })
      closed = true
      level = 0
      source?.disconnect(node)
      source = null
      node.disconnect()
    },
  }
}
