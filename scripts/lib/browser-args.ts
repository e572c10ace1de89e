/** How Chromium is started for tests (simulator-notes.md 2, Flags used). */

/** Path of a WAV file (48 kHz, mono, 16 bit) that plays once, then silence; or a visitor who says no. */
export type FakeMicrophone = string | 'refused'

/** Without a microphone Chromium's own stand-in beeps once a second. */
export function browserArgs({ microphone }: { microphone?: FakeMicrophone } = {}): string[] {
  return [
    // Chromium's sandbox does not start for root, and CI machines often run as root.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--use-fake-device-for-media-stream',
    ...microphoneArgs(microphone),
  ]
}

function microphoneArgs(microphone: FakeMicrophone | undefined): string[] {
  if (microphone === 'refused') return ['--use-fake-ui-for-media-stream=deny']
  return [
    '--use-fake-ui-for-media-stream',
    ...(microphone ? [`--use-file-for-fake-audio-capture=${microphone}%noloop`] : []),
  ]
}
