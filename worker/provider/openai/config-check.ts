/**
 * The fields that a session may have where it is handed over once and for all: one that the provider does not know fails the
 * whole request (realtime-api.md 0.13), and with it the call of somebody who hears it ring. Held against the provider's own
 * schema by test/worker/phone/config-check.test.ts.
 */
import { ParleyError } from '../../../protocol/errors.ts'

/** `true`: what is inside is checked by whoever made it. In a list each entry has these fields. */
export interface Fields {
  readonly [name: string]: true | Fields
}

export const FIELDS: Fields = {
  ...{ type: true, model: true, output_modalities: true, instructions: true },
  audio: {
    input: {
      transcription: { model: true, language: true },
      noise_reduction: { type: true },
      turn_detection: {
        ...{ type: true, create_response: true, interrupt_response: true },
        ...{ threshold: true, prefix_padding_ms: true, silence_duration_ms: true, eagerness: true },
      },
    },
    output: { voice: true },
  },
  tools: {
    ...{ type: true, name: true, description: true, parameters: true },
    // Of an MCP server (11.2).
    ...{ server_label: true, server_url: true, server_description: true, authorization: true, headers: true },
    ...{ allowed_tools: true, require_approval: true },
  },
  ...{ tool_choice: true, max_output_tokens: true },
  truncation: { type: true, retention_ratio: true, token_limits: { post_instructions: true } },
}

/** @throws ParleyError provider_refused: nothing was sent */
export function checkedConfig(config: object): object {
  const unknown = unknownFields(config, FIELDS, '')
  if (unknown.length === 0) return config
  throw new ParleyError('provider_refused', `fields that the provider does not know: ${unknown.join(', ')}`)
}

function unknownFields(value: unknown, known: Fields, path: string): string[] {
  if (Array.isArray(value)) return value.flatMap((entry) => unknownFields(entry, known, path))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => {
    const fields = Object.hasOwn(known, name) ? known[name] : undefined
    if (fields === undefined) return [`${path}${name}`]
    return fields === true ? [] : unknownFields(inner, fields, `${path}${name}.`)
  })
}
