/** The resampler as the widget will run it: built, in the audio thread of a real browser. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@playwright/test'
import { minified } from '../widget/audio/resampler-bundle.ts'
import { noise, resample } from '../widget/audio/resampler-run.ts'

const MODULE = fileURLToPath(new URL('../../widget/audio/resampler.ts', import.meta.url))

const QUANTA = 200

/** Hands over what each quantum gave. */
const PROCESSOR = `
import { createResampler, maxProcessFrames } from './resampler.js'
registerProcessor('resampler', class extends AudioWorkletProcessor {
  resampler = createResampler(sampleRate, 24000)
  output = new Float32Array(maxProcessFrames(sampleRate, 24000, 128))
  process([[input]]) {
    if (input) this.port.postMessage(this.output.slice(0, this.resampler.process(input, this.output)))
    return true
  }
})`

for (const rate of [44100, 48000]) {
  test(`in an audio worklet at ${rate} Hz it gives the same bits as in Node`, async ({ page }) => {
    const server = await serve({
      '/': ['text/html', '<!doctype html><title>Resampler</title>'],
      '/processor.js': ['text/javascript', PROCESSOR],
      '/resampler.js': ['text/javascript', await minified(MODULE)],
    })
    await page.goto(server.url)

    const input = noise(128 * QUANTA)
    const heard = await page.evaluate(
      async ({ frames, sampleRate, quanta }) => {
        const context = new OfflineAudioContext(1, frames.length, sampleRate)
        await context.audioWorklet.addModule('/processor.js')
        const buffer = context.createBuffer(1, frames.length, sampleRate)
        buffer.copyToChannel(Float32Array.from(frames), 0)
        const source = new AudioBufferSourceNode(context, { buffer })
        const node = new AudioWorkletNode(context, 'resampler')
        const output: number[] = []
        let left = quanta
        const complete = new Promise<void>((resolve) => {
          node.port.onmessage = ({ data }) => {
            output.push(...data)
            if (--left === 0) resolve()
          }
        })
        source.connect(node).connect(context.destination)
        source.start()
        await context.startRendering()
        await complete
        return output
      },
      { frames: [...input], sampleRate: rate, quanta: QUANTA },
    )

    server.close()

    const expected = resample({ inRate: rate, outRate: 24000 }, input)
    expect(heard.length).toBeGreaterThan(expected.length - 30)
    expect(heard).toEqual([...expected.subarray(0, heard.length)])
  })
}

/** Playwright's own routes do not see what a worklet asks for. */
async function serve(files: Readonly<Record<string, readonly [type: string, body: string]>>) {
  const server = createServer((request, response) => {
    const file = files[request.url ?? '']
    response.writeHead(file ? 200 : 404, { 'Content-Type': file?.[0] ?? 'text/plain' }).end(file?.[1])
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}/`,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
