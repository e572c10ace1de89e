/** The API description, OpenAPI 3.1, made from the routes and schemas of protocol/. */
import { type JsonSchema, toJsonSchema } from '@valibot/to-json-schema'
import * as v from 'valibot'
import * as api from '../../protocol/api.ts'
import * as consent from '../../protocol/consent.ts'
import * as owner from '../../protocol/console.ts'
import * as errors from '../../protocol/errors.ts'
import { ERRORS, type ErrorCode } from '../../protocol/errors.ts'
import * as frames from '../../protocol/frames.ts'
import * as ids from '../../protocol/ids.ts'
import * as item from '../../protocol/item.ts'
import * as rating from '../../protocol/rating.ts'
import * as relay from '../../protocol/relay.ts'
import * as relayClient from '../../protocol/relay-client.ts'
import * as reply from '../../protocol/reply.ts'
import { type Answer, EVERYWHERE, ROUTES, type Route } from '../../protocol/routes.ts'

/** Rules that JSON Schema has no words for, and changes that the broker makes to what it was sent. */
const NOT_IN_JSON_SCHEMA = ['check', 'transform', 'trim']

/** Every exported schema by its name: `ItemSchema` is the component `Item`. Queries are described as parameters. */
const components = Object.fromEntries(
  [api, consent, owner, errors, frames, ids, item, rating, relay, relayClient, reply]
    .flatMap((module) => Object.entries(module))
    .flatMap(([name, value]) => (isSchema(value) && !name.endsWith('QuerySchema') ? [[name, value] as const] : []))
    .map(([name, schema]) => [name.replace(/Schema$/, ''), schema]),
)

/** @param version of the package */
export function openApi(version: string) {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Parley broker',
      version,
      description:
        'Errors are problem documents (RFC 9457) with a stable `code`, see docs/errors.md. A session token is bound to its session and to the website (Origin) that asked for it.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    paths: Object.fromEntries(
      [...new Set(ROUTES.map(({ path }) => path))].map((path) => [
        path,
        Object.fromEntries(
          ROUTES.filter((route) => route.path === path).map((route) => [route.method.toLowerCase(), operation(route)]),
        ),
      ]),
    ),
    components: {
      securitySchemes: {
        sessionToken: { type: 'http', scheme: 'bearer', description: 'The session token.' },
        adminToken: {
          type: 'http',
          scheme: 'bearer',
          description:
            'The admin token of the deployment. The console itself has a cookie, or comes through Cloudflare Access.',
        },
      },
      schemas: Object.fromEntries(Object.entries(components).map(([name, schema]) => [name, definition(name, schema)])),
    },
  }
}

function operation(route: Route) {
  return {
    operationId: route.id,
    summary: route.summary,
    ...(route.needs === 'token' ? { security: [{ sessionToken: [] }] } : {}),
    ...(route.needs === 'owner' ? { security: [{ adminToken: [] }] } : {}),
    parameters: [
      ...Object.entries(route.params).map(([name, schema]) => ({
        name,
        in: 'path',
        required: true,
        schema: reference(schema, 'input'),
      })),
      ...Object.entries(route.query?.entries ?? {}).map(([name, schema]) => ({
        name,
        in: 'query',
        required: schema.type !== 'optional',
        schema: reference(
          schema.type === 'optional' ? v.unwrap(schema as v.OptionalSchema<v.GenericSchema, string>) : schema,
          'output',
        ),
      })),
    ],
    ...(route.body
      ? {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: reference(route.body, 'input') } },
          },
        }
      : {}),
    responses: { ...answers(route.answer), ...refusals([...route.errors, ...EVERYWHERE]) },
  }
}

function answers({ status, means, json, text = [], bytes }: Answer) {
  const content = {
    ...(json ? { 'application/json': { schema: reference(json, 'output') } } : {}),
    ...Object.fromEntries(text.map((type) => [type, { schema: { type: 'string' } }])),
    ...(bytes ? { [bytes]: {} } : {}),
  }
  return { [status]: { description: means, ...(json || bytes ? { content } : {}) } }
}

/** One answer per status, which names the codes that it may carry. */
function refusals(codes: readonly ErrorCode[]) {
  const statuses = [...new Set(codes.map((code) => ERRORS[code].status))].sort((a, b) => a - b)
  return Object.fromEntries(
    statuses.map((status) => {
      const here = [...new Set(codes)].filter((code) => ERRORS[code].status === status)
      const schema = { $ref: '#/components/schemas/Problem', properties: { code: { enum: here } } }
      return [
        status,
        {
          description: here.map((code) => `${code}: ${ERRORS[code].title}.`).join(' '),
          content: { 'application/problem+json': { schema } },
        },
      ]
    }),
  )
}

/** A component itself: spelled out, with references to the others. */
function definition(name: string, schema: v.GenericSchema): JsonSchema {
  const others = Object.fromEntries(Object.entries(components).filter(([other]) => other !== name))
  return convert(schema, 'input', others)
}

function reference(schema: v.GenericSchema, typeMode: 'input' | 'output'): JsonSchema {
  return convert(schema, typeMode, components)
}

function convert(
  schema: v.GenericSchema,
  typeMode: 'input' | 'output',
  definitions: Record<string, v.GenericSchema>,
): JsonSchema {
  const {
    $schema: _,
    $defs: __,
    ...json
  } = toJsonSchema(schema, {
    target: 'draft-2020-12',
    typeMode,
    errorMode: 'throw',
    ignoreActions: NOT_IN_JSON_SCHEMA,
    definitions,
    overrideRef: ({ referenceId }) => `#/components/schemas/${referenceId}`,
  })
  return json
}

function isSchema(value: unknown): value is v.GenericSchema {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'schema'
}
