/** The visitor's microphone: asked for once per start, kept over reconnects, switched off until the call is ready. */

export type MicrophoneErrorCode = 'mic_denied' | 'mic_missing' | 'mic_busy' | 'mic_unavailable' | 'insecure_page'

export class MicrophoneError extends Error {
  override readonly name = 'MicrophoneError'
  readonly code: MicrophoneErrorCode

  constructor(code: MicrophoneErrorCode, options?: ErrorOptions) {
    super(code, options)
    this.code = code
  }
}

export interface Microphone {
  readonly stream: MediaStream
  readonly track: MediaStreamTrack
  /** False when the device was unplugged or taken away. */
  readonly live: boolean
  setEnabled(enabled: boolean): void
  stop(): void
}

const WISHES = { echoCancellation: true, noiseSuppression: true, autoGainControl: true } as const

/** Names of `getUserMedia` failures: Media Capture and Streams, section 10.2. */
const CODES: Readonly<Record<string, MicrophoneErrorCode>> = {
  NotAllowedError: 'mic_denied',
  SecurityError: 'mic_denied',
  NotFoundError: 'mic_missing',
  OverconstrainedError: 'mic_missing',
  NotReadableError: 'mic_busy',
  AbortError: 'mic_busy',
}

/**
 * Asks for the microphone; the track comes disabled.
 * @param deviceId the one that the visitor chose; another is given when it is gone. Empty: the system's choice
 * @throws MicrophoneError
 */
export async function openMicrophone(
  mediaDevices: Pick<MediaDevices, 'getUserMedia'> | undefined,
  isSecureContext: boolean,
  permissions?: Pick<Permissions, 'query'>,
  deviceId = '',
): Promise<Microphone> {
  if (!mediaDevices || !isSecureContext) throw new MicrophoneError('insecure_page')
  const stream = await ask(mediaDevices, deviceId).catch(async (cause: unknown) => {
    const code = codeOf(cause)
    const isNobodysNo = code === 'mic_denied' && (await isAllowed(permissions))
    throw new MicrophoneError(isNobodysNo ? 'mic_unavailable' : code, { cause })
  })
  const [track] = stream.getAudioTracks()
  if (!track) {
    for (const other of stream.getTracks()) other.stop()
    throw new MicrophoneError('mic_missing')
  }
  track.enabled = false
  return {
    stream,
    track,
    get live() {
      return track.readyState === 'live'
    },
    setEnabled: (enabled) => {
      track.enabled = enabled
    },
    stop: () => {
      for (const each of stream.getTracks()) each.stop()
    },
  }
}

async function ask(mediaDevices: Pick<MediaDevices, 'getUserMedia'>, deviceId: string): Promise<MediaStream> {
  if (deviceId !== '') {
    try {
      // `exact`: Chromium 156 gives the system's choice to whoever only prefers a device.
      return await mediaDevices.getUserMedia({ audio: { ...WISHES, deviceId: { exact: deviceId } } })
    } catch (error) {
      if (codeOf(error) !== 'mic_missing') throw error
    }
  }
  return mediaDevices.getUserMedia({ audio: WISHES })
}

function codeOf(cause: unknown): MicrophoneErrorCode {
  const name = cause instanceof Error || cause instanceof DOMException ? cause.name : ''
  return CODES[name] ?? 'mic_busy'
}

/** A phone may answer NotAllowedError though the visitor allowed it: iOS 26 after its audio service restarted (WebKit bug 319706). */
async function isAllowed(permissions: Pick<Permissions, 'query'> | undefined): Promise<boolean> {
  try {
    return (await permissions?.query({ name: 'microphone' }))?.state === 'granted'
  } catch {
    // Older Firefox cannot be asked about the microphone.
    return false
  }
}
