/** Validates events against OpenAI's own schema (test/fixtures/realtime-schema, MIT). */
import { readFileSync } from 'node:fs'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'

const FOLDER = new URL('../../fixtures/realtime-schema/', import.meta.url)

type Direction = 'client' | 'server'

const index = read('events.index.json') as Record<Direction, Record<string, string>>
const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allowUnionTypes: true })
const schema = read('realtime.schema.json') as { $id: string }
ajv.addSchema(schema)
const compiled = new Map<string, ValidateFunction>()

/** What is wrong with an event; null = nothing. */
export function eventFault(direction: Direction, event: unknown): string | null {
  const type = typeof event === 'object' && event !== null && 'type' in event ? String(event.type) : ''
  const definition = index[direction][type]
  if (!definition) return `unknown ${direction} event "${type}"`
  return definitionFault(definition, event)
}

/** What is wrong with a value that should be a definition of the schema, e.g. `RealtimeCreateClientSecretResponse`. */
export function definitionFault(definition: string, value: unknown): string | null {
  let validate = compiled.get(definition)
  if (!validate) {
    validate = ajv.compile({ $ref: `${schema.$id}#/$defs/${definition}` })
    compiled.set(definition, validate)
  }
  return validate(value) ? null : `${definition}: ${ajv.errorsText(validate.errors)} in ${JSON.stringify(value)}`
}

function read(name: string): unknown {
  return JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8'))
}
