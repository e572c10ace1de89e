import { Ajv2020 } from 'ajv/dist/2020.js'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { CallRequestSchema, CreateSessionSchema, ReportCallSchema } from '../../protocol/api.ts'
import { ClientFrameSchema } from '../../protocol/frames.ts'
import { ROUTES } from '../../protocol/routes.ts'
import { errorsPage } from '../../scripts/lib/errors-page.ts'
import { openApi } from '../../scripts/lib/openapi.ts'

const document = openApi('1.2.3')
const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false })
ajv.addVocabulary(['openapi', 'info', 'servers', 'paths', 'components'])
ajv.addSchema({ ...document, $id: 'https://parley.example/openapi' })

function component(name: string) {
  return ajv.compile({ $ref: `https://parley.example/openapi#/components/schemas/${name}` })
}

describe('the API description', () => {
  it('has an operation for each route, with every error that it may answer', () => {
    for (const { path, method, id, errors } of ROUTES) {
      const operation = document.paths[path]?.[method.toLowerCase()]
      expect(operation?.operationId).toBe(id)
      const text = JSON.stringify(operation?.responses)
      for (const code of errors) expect(text).toContain(`"${code}"`)
    }
  })

  it('refers only to what it has', () => {
    const names = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name)
    expect(names.length).toBeGreaterThan(20)
    expect(Object.keys(document.components.schemas)).toEqual(expect.arrayContaining(names))
  })

  it.each([
    ['CreateSession', CreateSessionSchema, { agent: 'tutor' }, true],
    ['CreateSession', CreateSessionSchema, { agent: 'Tutor' }, false],
    ['CreateSession', CreateSessionSchema, { agent: 'tutor', model: 'x' }, false],
    ['CreateSession', CreateSessionSchema, { agent: 'tutor', call: { transport: 'webrtc' } }, false],
    ['CallRequest', CallRequestSchema, { transport: 'webrtc', handshake: 'ephemeral' }, true],
    ['CallRequest', CallRequestSchema, { transport: 'webrtc', handshake: 'ephemeral', sdp: 'v=0' }, false],
    ['ReportCall', ReportCallSchema, { provider_call_id: 'rtc_1' }, true],
    ['ReportCall', ReportCallSchema, { provider_call_id: '../1' }, false],
    ['ClientFrame', ClientFrameSchema, { type: 'talk', on: true }, true],
    ['ClientFrame', ClientFrameSchema, { type: 'talk', on: 1 }, false],
    ['ClientFrame', ClientFrameSchema, { type: 'session.update' }, false],
  ])('%s means what the schema means', (name, schema, value, fits) => {
    expect(v.is(schema, value)).toBe(fits)
    expect(component(name)(value)).toBe(fits)
  })

  it('tells queries as what they mean, not as text', () => {
    const { parameters } = document.paths['/v1/sessions/{session}/transcript']?.get ?? { parameters: [] }
    expect(parameters.find(({ name }) => name === 'limit')?.schema).toEqual({
      type: 'integer',
      minimum: 1,
      maximum: 500,
    })
  })
})

describe('the table of errors', () => {
  it('names the routes of a code', () => {
    const row = (code: string) =>
      errorsPage()
        .split('\n')
        .find((line) => line.startsWith(`| <a id="${code}"`))
    expect(row('internal')).toMatch(/\| every route \|$/)
    expect(row('call_not_found')).toContain('`POST /v1/sessions/{session}/calls/{call}/end`')
    expect(row('too_many_frames')).toMatch(/\| a frame of the event socket \|$/)
  })
})
