/** docs/agents.md names every option of an agent with its default: what it says is held against the schema. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { AgentSchema } from '../../protocol/agent.ts'

/** What valibot keeps of a schema, as far as it is needed here. */
interface Schema {
  type: string
  default?: unknown
  wrapped?: Schema
  entries?: Record<string, Schema>
  options?: Schema[]
  literal?: unknown
}

const REQUIRED = Symbol('required')

/** Path → default, for everything that can be set by itself. */
function options(schema: Schema, path: string, preset: unknown): [string, string][] {
  if (schema.wrapped) {
    const own = schema.type === 'optional' ? (preset === REQUIRED ? schema.default : preset) : preset
    return options(schema.wrapped, path, own)
  }
  if (schema.type === 'variant') {
    // The same option may be part of several variants.
    return [...new Map((schema.options ?? []).flatMap((one) => options(one, path, preset))).entries()]
  }
  if (!schema.entries) return [[path, shown(preset)]]
  return Object.entries(schema.entries).flatMap(([name, inner]) => {
    const given = typeof preset === 'object' && preset !== null ? (preset as Record<string, unknown>)[name] : undefined
    return options(inner, path === '' ? name : `${path}.${name}`, given ?? REQUIRED)
  })
}

function shown(value: unknown): string {
  if (value === REQUIRED) return 'required'
  if (value === undefined || value === '') return '–'
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``
}

const page = readFileSync(new URL('../../docs/agents.md', import.meta.url), 'utf8')

test('the table has every option, with its default, and no other', () => {
  const rows = page.matchAll(/^\| `([a-zA-Z0-9.]+)` \| ([^|]+) \| /gm)
  const told = Object.fromEntries([...rows].map(([, path, value]) => [path, value?.trim()]))
  expect(told).toEqual(Object.fromEntries(options(AgentSchema as unknown as Schema, '', REQUIRED)))
})
