/** Small checks that compose: each takes what came over the wire and answers it typed, or refuses as the API does. */
import { invalidType, invalidValue, missingParameter, Refusal, unknownParameter } from '../refusal.ts'

export type Check<T> = (value: unknown, path: string) => T
export type Checked<C> = C extends Check<infer T> ? T : never

export const bool: Check<boolean> = (value, path) => {
  if (typeof value !== 'boolean') throw invalidType(path, 'a boolean', value)
  return value
}

/** A string of at most `max` characters. */
export function text(max = Number.POSITIVE_INFINITY): Check<string> {
  return (value, path) => {
    if (typeof value !== 'string') throw invalidType(path, 'a string', value)
    if (value.length > max) {
      const message = `Invalid '${path}': string too long. Expected a string with maximum length ${max}, but got a string with length ${value.length} instead.`
      throw new Refusal('string_above_max_length', message, path)
    }
    return value
  }
}

export function oneOf<const V extends string>(...values: V[]): Check<V> {
  return (value, path) => {
    const found = values.find((candidate) => candidate === value)
    if (found === undefined) throw invalidValue(path, value, values)
    return found
  }
}

export function number(min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY): Check<number> {
  return (value, path) => {
    if (typeof value !== 'number' || !Number.isFinite(value)) throw invalidType(path, 'a decimal number', value)
    if (value < min) throw outOfRange('decimal_below_min_value', path, value, `>= ${min}`)
    if (value > max) throw outOfRange('decimal_above_max_value', path, value, `<= ${max}`)
    return value
  }
}

export function integer(min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER): Check<number> {
  return (value, path) => {
    if (typeof value !== 'number' || !Number.isInteger(value)) throw invalidType(path, 'an integer', value)
    if (value < min) throw outOfRange('integer_below_min_value', path, value, `>= ${min}`)
    if (value > max) throw outOfRange('integer_above_max_value', path, value, `<= ${max}`)
    return value
  }
}

export function nullable<T>(check: Check<T>): Check<T | null> {
  return (value, path) => (value === null ? null : check(value, path))
}

export function list<T>(check: Check<T>): Check<T[]> {
  return (value, path) => {
    if (!Array.isArray(value)) throw invalidType(path, 'an array', value)
    return value.map((entry, i) => check(entry, `${path}[${i}]`))
  }
}

/** Any JSON object; what is inside is not ours to judge (a tool's parameters, tracing metadata). */
export const anyObject: Check<Record<string, unknown>> = (value, path) => {
  if (!isObject(value)) throw invalidType(path, 'an object', value)
  return value
}

type Fields = Record<string, Check<unknown>>
type Shape<F extends Fields, R extends keyof F> = { [K in keyof F]?: Checked<F[K]> } & { [K in R]: Checked<F[K]> }

/** An object with these fields and no others. */
export function shape<F extends Fields, R extends keyof F = never>(fields: F, required: R[] = []): Check<Shape<F, R>> {
  return (value, path) => {
    if (!isObject(value)) throw invalidType(path, 'an object', value)
    for (const name of required) {
      if (value[String(name)] === undefined) throw missingParameter(join(path, String(name)))
    }
    const checked: Record<string, unknown> = {}
    for (const [name, entry] of Object.entries(value)) {
      const check = Object.hasOwn(fields, name) ? fields[name] : undefined
      if (!check) throw unknownParameter(join(path, name))
      if (entry !== undefined) checked[name] = check(entry, join(path, name))
    }
    return checked as Shape<F, R>
  }
}

/** One of several shapes, told apart by its `type`. */
export function byType<M extends Record<string, Check<unknown>>>(variants: M): Check<Checked<M[keyof M]>> {
  const types = Object.keys(variants)
  return (value, path) => {
    if (!isObject(value)) throw invalidType(path, 'an object', value)
    if (value.type === undefined) throw missingParameter(join(path, 'type'))
    const known = typeof value.type === 'string' && Object.hasOwn(variants, value.type)
    const check = known ? variants[String(value.type)] : undefined
    if (!check) throw invalidValue(join(path, 'type'), value.type, types)
    return check(value, path) as Checked<M[keyof M]>
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}

function outOfRange(code: string, path: string, value: number, expected: string): Refusal {
  return new Refusal(code, `Invalid '${path}': expected a value ${expected}, but got ${value} instead.`, path)
}
