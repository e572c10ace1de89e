/** The whole thing over real WebRTC: Opus both ways, a data channel, a sideband, real ears and a real voice. */
import { afterEach, expect, test } from 'vitest'
import type { Simulator } from '../../simulator/server.ts'
import { createEar } from '../../simulator/speech/ear.ts'
import { createVoice } from '../../simulator/speech/voice.ts'
import { type Client, connect, respond, say } from './support/client.ts'
import { createOfferer, type Offerer } from './support/offerer.ts'
import { injectFault, liveCalls, mint, readJournal, start } from './support/run.ts'
import { silence } from './support/sounds.ts'

const SESSION = {
  type: 'realtime',
  audio: {
    input: {
      transcription: { model: 'gpt-transcribe' },
      turn_detection: { type: 'server_vad', silence_duration_ms: 500 },
    },
  },
}

const callers = new Set<Offerer>()

afterEach(async () => {
  for (const caller of callers) await caller.close()
  callers.clear()
})

interface Call {
  id: string
  simulator: Simulator
  caller: Offerer
  sideband: Client
}

/** Opens a call as a page does: client secret, raw SDP; the sideband joins with the project key. */
async function openCall(): Promise<Call> {
  const simulator = await start({ timing: { speedup: 5 } })
  const secret = await mint(simulator, { session: SESSION })
  const caller = await createOfferer()
  callers.add(caller)
  const response = await fetch(`${simulator.url}/realtime/calls`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${secret}`, 'Content-Type': 'application/sdp' },
    body: caller.offerSdp,
  })
  const id = response.headers.get('location')?.split('/').at(-1) ?? ''
  const sideband = await connect(simulator, `?call_id=${id}`)
  await caller.connect(await response.text())
  await sideband.next('session.created')
  return { id, simulator, caller, sideband }
}

function loudest(pcm: Int16Array): number {
  return pcm.reduce((max, sample) => Math.max(max, Math.abs(sample)), 0)
}

test('what is said is heard, answered aloud, and told on both channels', async () => {
  const { caller, sideband } = await openCall()
  const voice = await createVoice()
  const { pcm } = await voice.speak('Hello there, what is the weather like today?')
  caller.takeHeard()
  await caller.say(pcm)
  const completed = await sideband.next('conversation.item.input_audio_transcription.completed')
  expect(String(completed.transcript).toLowerCase()).toMatch(/hello there.*weather like today/)
  await sideband.next('output_audio_buffer.stopped')
  await caller.waitForMessage((text) => text.includes('output_audio_buffer.stopped'))
  const ear = await createEar()
  const heard = await ear.hear(caller.takeHeard())
  await ear.close()
  expect(heard.toLowerCase()).toMatch(/you said.*weather/)
  expect(caller.messages.map((text) => JSON.parse(text))).toEqual(sideband.events)
  const order = sideband.types()
  expect(order.indexOf('response.created')).toBeLessThan(
    order.indexOf('conversation.item.input_audio_transcription.completed'),
  )
  expect(order.indexOf('response.done')).toBeLessThan(order.indexOf('output_audio_buffer.stopped'))
})

test('an interruption is silence within 100 ms, and a truncation by what was sent', async () => {
  const { caller, sideband, simulator, id } = await openCall()
  sideband.send(say('tell me a long story'))
  sideband.send(respond())
  await sideband.next('output_audio_buffer.started')
  await new Promise((resolve) => setTimeout(resolve, 2500))
  expect(loudest(caller.takeHeard())).toBeGreaterThan(2000)
  const { pcm } = await (await createVoice()).speak('Stop it please.')
  void caller.say(pcm)
  await caller.waitForMessage((text) => text.includes('input_audio_buffer.speech_started'))
  await new Promise((resolve) => setTimeout(resolve, 100))
  caller.takeHeard()
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(loudest(caller.takeHeard())).toBeLessThan(200)

  const truncated = await sideband.next('conversation.item.truncated')
  const sentMs = Number(truncated.audio_end_ms)
  expect(sentMs).toBeGreaterThan(2000)
  expect(sentMs).toBeLessThan(6000)
  const call = (await liveCalls(simulator)).find((shown) => shown.id === id)
  const item = call?.items.find((shown) => shown.item === truncated.item_id)
  expect(item?.sent_ms).toBe(sentMs)
  expect(item?.text?.startsWith(String(item.sent_text))).toBe(true)
  expect(item?.sent_text?.split(' ').length).toBeGreaterThan(4)
})

test('a dropped call leaves the channel hanging, an ended one closes it', async () => {
  const dropped = await openCall()
  await injectFault(dropped.simulator, { kind: 'drop_call', call: dropped.id })
  expect((await dropped.sideband.closed).code).toBe(1006)
  const ended = await openCall()
  await injectFault(ended.simulator, { kind: 'end_call', call: ended.id })
  await expect.poll(() => ended.caller.channelState).toBe('closed')
  expect(dropped.caller.channelState).toBe('open')
})

test('a caller who leaves ends the call, unless the sideband holds it', async () => {
  const { caller, simulator, id, sideband } = await openCall()
  await caller.say(silence(100))
  callers.delete(caller)
  await caller.close()
  await expect.poll(() => liveCalls(simulator)).toMatchObject([{ id, state: 'peer_gone' }])
  sideband.close()
  await expect.poll(() => liveCalls(simulator)).toEqual([])
  expect(await readJournal(simulator)).toContainEqual(expect.objectContaining({ state: 'ended', reason: 'remote' }))
})
