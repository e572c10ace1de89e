/** How Chromium is started for tests (simulator-notes.md 2, Flags used). */

/** `microphone`: a WAV file (48 kHz, mono, 16 bit) that is heard instead of a real one; it plays once, then silence. */
export function browserArgs({ microphone }: { microphone?: string } = {}): string[] {
  return [
    // Chromium's sandbox does not start for root, and CI machines often run as root.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--use-fake-ui-for-media-stream',
    '--use-fake-device-for-media-stream',
    ...(microphone ? [`--use-file-for-fake-audio-capture=${microphone}%noloop`] : []),
  ]
}
