import { describe, expect, it } from 'vitest'
import concierge from '../../../agents/concierge.ts'
import { openAi } from '../../../worker/provider/openai/index.ts'

const provider = openAi({ baseUrl: 'https://api.test/v1/', apiKey: 'sk-test' })

describe("the provider's wires for a relay", () => {
  it('opens the socket with the key and the safety identifier, and names the model', () => {
    expect(provider.openVoice(concierge, 'safe')).toEqual({
      url: `https://api.test/v1/realtime?model=${concierge.model}`,
      headers: { Authorization: 'Bearer sk-test', 'OpenAI-Safety-Identifier': 'safe' },
    })
  })

  it('configures voice and formats, which a call over WebRTC has from its opening', () => {
    const [relay] = provider.configure({ agent: concierge, seeded: true }, 'relay')
    const [voice] = provider.configure({ agent: concierge, seeded: true }, 'voice')
    const format = { type: 'audio/pcm', rate: 24_000 }
    expect(relay).toMatchObject({
      session: {
        audio: {
          input: { format, turn_detection: { create_response: false } },
          output: { voice: concierge.voice, format },
        },
      },
    })
    expect(relay).toMatchObject({ session: { instructions: concierge.instructions, output_modalities: ['audio'] } })
    expect(JSON.stringify(voice)).not.toContain('audio/pcm')
  })

  it('appends sound, truncates, and interrupts without an event that WebSockets do not have', () => {
    expect(provider.append(Uint8Array.of(1, 2, 3, 255))).toEqual({
      type: 'input_audio_buffer.append',
      audio: 'AQID/w==',
    })
    expect(provider.truncate('item_1', 437)).toMatchObject({ item_id: 'item_1', content_index: 0, audio_end_ms: 437 })
    expect(provider.interrupt('relay')).toEqual([{ type: 'response.cancel' }])
  })
})
