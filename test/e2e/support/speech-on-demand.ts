/** A microphone in the page that says what a test wants, when it wants (simulator-notes.md 6, last line). */
import type { BrowserContext, Page } from '@playwright/test'

interface SpeakingWindow extends Window {
  testMicrophone?: { play(wav: string): Promise<void> }
}

/** From now on every page of this context has a silent microphone that `speak` speaks into. Call it before `goto`. */
export async function withSpeechOnDemand(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    let audio: AudioContext | undefined
    let output: MediaStreamAudioDestinationNode | undefined

    /** One for all calls of the page; made in the visitor's tap, like the widget's own. */
    const microphone = () => {
      if (audio && output) return { audio, output }
      audio = new AudioContext({ sampleRate: 48_000 })
      output = audio.createMediaStreamDestination()
      // Without a running source no packet at all is sent, which no real microphone does.
      const silence = audio.createConstantSource()
      silence.offset.value = 0
      silence.connect(output)
      silence.start()
      return { audio, output }
    }

    const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
    navigator.mediaDevices.getUserMedia = async (constraints) => {
      if (!constraints?.audio || constraints.video) return real(constraints)
      const made = microphone()
      await made.audio.resume()
      // A clone, because whoever asked stops its track at the end, and may ask again.
      return made.output.stream.clone()
    }

    const page: SpeakingWindow = window
    page.testMicrophone = {
      async play(wav) {
        const { audio, output } = microphone()
        const bytes = Uint8Array.from(atob(wav), (letter) => letter.charCodeAt(0))
        const source = audio.createBufferSource()
        source.buffer = await audio.decodeAudioData(bytes.buffer)
        source.connect(output)
        source.start()
        await new Promise((ended) => source.addEventListener('ended', ended))
        source.disconnect()
      },
    }
  })
}

/** Says it into the page's microphone (WAV bytes: microphone.ts `spokenWav`). Resolves when it was said. */
export async function speak(page: Page, wav: Buffer): Promise<void> {
  await page.evaluate(async (text) => {
    const speaking: SpeakingWindow = window
    if (!speaking.testMicrophone) throw new Error('This page has no speech on demand')
    await speaking.testMicrophone.play(text)
  }, wav.toString('base64'))
}
