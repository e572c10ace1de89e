/** Something the API refuses: the same words go into an HTTP error body and into an `error` event (realtime-api.md 8.5). */
export class Refusal extends Error {
  readonly code: string | null
  readonly param: string | null
  readonly status: number
  readonly type: string

  constructor(code: string | null, message: string, param: string | null = null, status = 400) {
    super(message)
    this.code = code
    this.param = param
    this.status = status
    this.type = status >= 500 ? 'server_error' : 'invalid_request_error'
  }
}

export function unknownParameter(param: string): Refusal {
  return new Refusal('unknown_parameter', `Unknown parameter: '${param}'.`, param)
}

export function missingParameter(param: string): Refusal {
  return new Refusal('missing_required_parameter', `Missing required parameter: '${param}'.`, param)
}

export function invalidValue(param: string, value: unknown, supported: readonly string[]): Refusal {
  const names = supported.map((name) => `'${name}'`).join(', ')
  return new Refusal('invalid_value', `Invalid value: ${shown(value)}. Supported values are: ${names}.`, param)
}

export function invalidType(param: string, expected: string, value: unknown): Refusal {
  const message = `Invalid type for '${param}': expected ${expected}, but got ${kindOf(value)} instead.`
  return new Refusal('invalid_type', message, param)
}

/** The beta shape of the API is gone; it is told apart from a plain mistake (realtime-api.md 5.3, 5.4). */
export function betaShape(param: string | null = null): Refusal {
  const message =
    'The Realtime Beta API is no longer supported. Use /v1/realtime with the GA shape of events and sessions.'
  return new Refusal('beta_api_shape_disabled', message, param)
}

export function modelNotFound(model: string, param = 'model'): Refusal {
  const message = `The model \`${model}\` does not exist or you do not have access to it.`
  return new Refusal('model_not_found', message, param, 404)
}

function shown(value: unknown): string {
  return typeof value === 'string' ? `'${value.slice(0, 80)}'` : (JSON.stringify(value)?.slice(0, 80) ?? 'undefined')
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'an integer' : 'a decimal number'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
