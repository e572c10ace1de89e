/** Random values from schemas: such that fit, such that nearly fit, and none at all. */
import { type JsonSchema, toJsonSchema } from '@valibot/to-json-schema'
import fc from 'fast-check'
import type * as v from 'valibot'

/** Better values for some fields than their schema alone gives, by the name of the field. */
export type Known = Readonly<Record<string, fc.Arbitrary<unknown>>>

/** Fits the schema, as far as JSON Schema can tell. */
export function fitting(schema: v.GenericSchema, known: Known = {}): fc.Arbitrary<unknown> {
  return fromJson(
    toJsonSchema(schema, { typeMode: 'input', errorMode: 'throw', ignoreActions: ['check', 'transform', 'trim'] }),
    known,
  )
}

/** A fitting value with one thing wrong. */
function nearly(schema: v.GenericSchema, known: Known = {}): fc.Arbitrary<unknown> {
  return fc
    .tuple(fitting(schema, known), fc.nat(), fc.constantFrom('drop', 'add', 'swap'), names, junk)
    .map(([value, at, change, name, other]) => {
      if (typeof value !== 'object' || value === null) return other
      const entries = Object.entries(value)
      const index = entries.length > 0 ? at % entries.length : 0
      const [key] = entries[index] ?? [name]
      if (change === 'drop') entries.splice(index, 1)
      else entries.push([change === 'add' ? name : key, other])
      return Object.fromEntries(entries)
    })
}

const names = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'toString', 'model', 'instructions', ''),
  fc.string(),
)

/** What no schema here asks for. */
const junk: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom<unknown>(null, [], {}, '', -1, 1e308, 'x'.repeat(50_000), { toString: 'x' }, '\u0000', '\ud800'),
)

/** Text that was meant to be JSON of this schema, and sometimes is. */
export function jsonText(schema: v.GenericSchema, known: Known = {}): fc.Arbitrary<string> {
  const good = fitting(schema, known).map((value) => JSON.stringify(value))
  return fc.oneof(
    { arbitrary: good, weight: 4 },
    { arbitrary: nearly(schema, known).map((value) => JSON.stringify(value) ?? ''), weight: 5 },
    { arbitrary: fc.tuple(good, fc.nat(200)).map(([text, length]) => text.slice(0, length)), weight: 1 },
    { arbitrary: good.map((text) => `\ufeff${text}${text}`), weight: 1 },
    { arbitrary: rawText, weight: 2 },
  )
}

/** No JSON, or hardly. */
const rawText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.jsonValue().map((value) => JSON.stringify(value)),
  fc.constantFrom('', 'null', '[', '['.repeat(40_000), '{"a":'.repeat(10_000), `"${'é'.repeat(40_000)}"`, '\u0000'),
)

function fromJson(schema: JsonSchema, known: Known): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  const choices = schema.oneOf ?? schema.anyOf
  if (choices) return fc.oneof(...choices.map((choice) => fromJson(asSchema(choice), known)))
  switch (schema.type) {
    case 'object': {
      const fields = Object.entries(schema.properties ?? {}).map(
        ([name, field]) => [name, known[name] ?? fromJson(asSchema(field), known)] as const,
      )
      return fc.record(Object.fromEntries(fields), { requiredKeys: schema.required ?? [] })
    }
    case 'string': {
      const { minLength = 0, maxLength = 200, pattern } = schema
      if (pattern) return fc.stringMatching(new RegExp(pattern))
      return fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength, 200) })
    }
    case 'boolean':
      return fc.boolean()
    default:
      throw new Error(`no random values for ${JSON.stringify(schema)}`)
  }
}

function asSchema(schema: JsonSchema | boolean): JsonSchema {
  return typeof schema === 'boolean' ? {} : schema
}
