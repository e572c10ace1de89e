/**
 * The fields that a session may have where it is handed over once and for all: one that the provider does not know fails the
 * whole request (realtime-api.md 0.13), and with it the call of somebody who hears it ring. Held against the provider's own
 * schema by test/worker/phone/config-check.test.ts.
 */
import * as v from 'valibot'
import { ParleyError } from '../../../protocol/errors.ts'

const anything = v.unknown()
const turnDetection = {
  server_vad: [
    ...['type', 'threshold', 'prefix_padding_ms', 'silence_duration_ms', 'idle_timeout_ms'],
    ...['create_response', 'interrupt_response'],
  ],
  semantic_vad: ['type', 'eagerness', 'create_response', 'interrupt_response'],
}
const fields = (names: readonly string[]) =>
  v.strictObject(Object.fromEntries(names.map((name) => [name, v.optional(anything)])))

export const ConfigSchema = v.strictObject({
  type: v.literal('realtime'),
  model: v.string(),
  output_modalities: v.optional(v.array(v.picklist(['audio', 'text']))),
  instructions: v.optional(v.string()),
  audio: v.optional(
    v.strictObject({
      input: v.optional(
        v.strictObject({
          transcription: v.optional(v.nullable(fields(['model', 'language', 'prompt', 'keywords', 'delay']))),
          noise_reduction: v.optional(v.nullable(fields(['type']))),
          turn_detection: v.optional(
            v.nullable(v.union([fields(turnDetection.server_vad), fields(turnDetection.semantic_vad)])),
          ),
        }),
      ),
      output: v.optional(v.strictObject({ voice: v.optional(v.string()), speed: v.optional(v.number()) })),
    }),
  ),
  tools: v.optional(
    v.array(
      v.strictObject({ type: v.literal('function'), name: v.string(), description: v.string(), parameters: anything }),
    ),
  ),
  tool_choice: v.optional(anything),
  max_output_tokens: v.optional(v.number()),
  truncation: v.optional(anything),
})

/** @throws ParleyError provider_refused: nothing was sent */
export function checkedConfig(config: object): object {
  const read = v.safeParse(ConfigSchema, config)
  if (read.success) return read.output
  const where = read.issues.map((issue) => v.getDotPath(issue) ?? 'session').join(', ')
  throw new ParleyError('provider_refused', `the configuration has fields that the provider does not know: ${where}`)
}
