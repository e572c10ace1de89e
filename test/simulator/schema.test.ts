import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { definitionFault } from './support/schema.ts'

const path = new URL('../fixtures/realtime-schema/examples.json', import.meta.url)
const examples = JSON.parse(readFileSync(path, 'utf8')) as Record<'accept' | 'reject', Record<string, unknown[]>>

const cases = (label: 'accept' | 'reject') =>
  Object.entries(examples[label]).flatMap(([definition, events]) => events.map((event) => ({ definition, event })))

test.for(cases('accept'))('the validator accepts $definition $event.type', ({ definition, event }) => {
  expect(definitionFault(definition, event)).toBeNull()
})

test.for(cases('reject'))('the validator rejects $definition $event.type', ({ definition, event }) => {
  expect(definitionFault(definition, event)).not.toBeNull()
})
