/** What a phone call is taken with, held against OpenAI's own schema. */
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import tutor from '../../../agents/tutor.ts'
import { type AgentInput, defineAgent } from '../../../protocol/agent.ts'
import { endCall, transfer } from '../../../protocol/built-in-tools.ts'
import { tool } from '../../../protocol/tool.ts'
import { checkedConfig, FIELDS, type Fields } from '../../../worker/provider/openai/config-check.ts'
import { openAi } from '../../../worker/provider/openai/index.ts'
import schema from '../../fixtures/realtime-schema/realtime.schema.json'

interface Definition {
  $ref?: string
  anyOf?: Definition[]
  allOf?: Definition[]
  items?: Definition
  properties?: Record<string, Definition>
}

const definitions = schema.$defs as unknown as Record<string, Definition>

/** What a field of this name may be, whichever variant it is in. */
function inside(definition: Definition, name: string): Definition | null {
  const { $ref, anyOf = [], allOf = [], items, properties } = definition
  const own = properties && Object.hasOwn(properties, name) ? properties[name] : undefined
  if (own) return own
  const target = $ref === undefined ? undefined : definitions[$ref.replace('#/$defs/', '')]
  const parts = [...(target ? [target] : []), ...anyOf, ...allOf, ...(items ? [items] : [])]
  for (const part of parts) {
    const found = inside(part, name)
    if (found) return found
  }
  return null
}

function strangers(fields: Fields, definition: Definition, path = ''): string[] {
  return Object.entries(fields).flatMap(([name, inner]) => {
    const found = inside(definition, name)
    if (!found) return [path + name]
    return inner === true ? [] : strangers(inner, found, `${path}${name}.`)
  })
}

describe('the fields that are let through', () => {
  const session = definitions.RealtimeSessionCreateRequestGA ?? {}

  it('are all known to the provider', () => {
    expect(strangers(FIELDS, session)).toEqual([])
    expect(strangers({ audio: { input: { surprise: true } } }, session)).toEqual(['audio.input.surprise'])
  })

  it('are all that we ever send', () => {
    const clock = tool({
      name: 'clock',
      description: 'Time.',
      parameters: v.object({ zone: v.string() }),
      execute: () => 1,
    })
    const desk = transfer({ to: [{ name: 'desk', when: 'Asked for.', number: '+493012345' }] })
    const wishes: Partial<AgentInput>[] = [
      {},
      { mcp: [{ label: 'handbook', url: 'https://mcp.example.com/', description: 'Pages.', tools: ['find_page'] }] },
      { mcp: [{ label: 'handbook', url: 'https://mcp.example.com/', approval: { never: ['find_page'] } }] },
      { language: 'de', truncation: null, tools: [clock, desk, endCall()] },
      { turns: { detection: 'semantic_vad', noise: 'far_field' } },
      { turns: { detection: 'server_vad', noise: null } },
    ]
    const provider = openAi({ baseUrl: 'https://api.example/v1', apiKey: 'sk-test' })
    for (const more of wishes) {
      const agent = defineAgent({ ...tutor, phone: { numbers: ['+493012345'] }, ...more })
      const { url, body } = provider.accept('rtc_1', { agent, seeded: false, safetyId: undefined })
      expect(url).toBe('https://api.example/v1/realtime/calls/rtc_1/accept')
      expect(JSON.parse(String(body))).toMatchObject({ type: 'realtime', model: agent.model, audio: { output: {} } })
    }
  })

  it.each([
    [{ type: 'realtime', modalities: ['audio'] }, 'modalities'],
    [
      { type: 'realtime', audio: { input: { turn_detection: { type: 'server_vad', create: true } } } },
      'audio.input.turn_detection.create',
    ],
    [{ type: 'realtime', tools: [{ type: 'function', name: 'a', strict: true }] }, 'tools.strict'],
  ])('let nothing else through: %j', (config, field) => {
    expect(() => checkedConfig(config)).toThrow(field)
  })
})
