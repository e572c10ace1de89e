/**
 * Tools of an agent: what its assistant can do besides talking. What a tool *is* (name, description, limits) is data that
 * goes to the provider and is pinned in the session; what it *does* stays in the deployment, and is found by its name.
 */
import { toJsonSchema } from '@valibot/to-json-schema'
import * as v from 'valibot'

/** A tool as data. */
export interface ToolSpec {
  /** As the model calls it: letters, digits, `_` and `-`, at most 64. */
  readonly name: string
  /** For the model: what it does, when to use it. */
  readonly description: string
  /** JSON Schema of the arguments, as text: the types of the runtime's RPC cannot follow anything recursive. */
  readonly parameters: string
  /** After so long (ms) it is given up, and the model is told. */
  readonly timeoutMs: number
  /** After so long (ms) of silence the assistant says that it takes a moment. */
  readonly holdAfterMs: number
  /** So long (ms) a result is good for the same question in the same session. */
  readonly cacheMs: number
  /** Doing it twice is the same as doing it once: it may be tried again after a crash. */
  readonly idempotent: boolean
}

/** What a tool gets to know of the conversation that it is called in. */
export interface ToolContext {
  /** Aborted when the time is over or the conversation was erased. Hand it on to `fetch`. */
  readonly signal: AbortSignal
  /** The same for each call and for no other: an idempotency key for systems behind it. */
  readonly callId: string
  readonly session: string
  readonly agent: string
  /** Hash of the visitor's signed identity, null for anonymous ones. */
  readonly person: string | null
  /** Variables, secrets and bindings of the deployment. */
  readonly env: Readonly<Record<string, unknown>>
}

/** What comes from elsewhere, as it is good for us. */
export type Checked = { ok: true; value: unknown } | { ok: false; problems: string }

/** What a tool does: runs here, asks a server, asks the visitor's page, or is a part of the broker itself. */
type ToolWork =
  | { run(args: unknown, context: ToolContext): unknown }
  | { webhook: { url: string; secretName: string } }
  | { page: { check(result: unknown): Checked } }
  | { builtIn: BuiltIn }

export type ToolCode = ToolWork & {
  /** Checks what the model has written. */
  check(args: unknown): Checked
  /** The visitor is asked before it runs; null where it simply runs. */
  consent: Consent | null
}

/** What the broker does by itself (built-in-tools.ts). No other tool has these names. */
export const BUILT_IN = ['end_call', 'remember', 'transfer'] as const
export type BuiltIn = (typeof BUILT_IN)[number]

export interface Consent {
  /** Heading of the question. */
  label: string
  /** What will be done, for the visitor. @throws what the agent's own function throws */
  ask(args: unknown): string
  /** So long (ms) an answer is waited for. */
  waitMs: number
}

/** Where the code is kept: neither JSON nor a structured clone takes it along. */
const CODE = Symbol('what the tool does')

/** What the tool does; null where only its data is known, as in a session. */
export function codeOf(spec: ToolSpec): ToolCode | null {
  return (spec as { [CODE]?: ToolCode })[CODE] ?? null
}

/** Arguments are an object with named fields. */
export type Parameters = v.GenericSchema<Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>>

const limits = {
  timeoutMs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(100), v.maxValue(60_000)), 5000),
  holdAfterMs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(100), v.maxValue(60_000)), 1500),
  cacheMs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(86_400_000)), 0),
  idempotent: v.optional(v.boolean(), false),
}
const SpecSchema = v.object({
  name: v.pipe(v.string(), v.regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, 'a letter, then letters, digits, _ or -')),
  description: v.pipe(v.string(), v.minLength(1), v.maxLength(1024)),
  ...limits,
  label: v.optional(v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(60))),
  confirmMs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(5000), v.maxValue(300_000)), 60_000),
})
/** Longest question to the visitor (characters). */
const MAX_QUESTION = 500

/** That the visitor has to agree, in the thread and by hand: speech mishears. */
export interface ConfirmInput<P extends Parameters> {
  /**
   * `true` shows the arguments; a text, or a function that makes one of them, says in the visitor's words what will be done
   * (at most 500 characters).
   */
  confirm?: true | string | ((args: v.InferOutput<P>) => string)
  /** 5000…300,000 ms, by default 60,000: after so long without an answer it is not run. */
  confirmMs?: number
  /** What the visitor knows it as, above the question. By default its name. */
  label?: string
}

export interface ToolInput<P extends Parameters> extends ConfirmInput<P> {
  name: string
  description: string
  /** A valibot schema of an object; its descriptions (`v.description`) reach the model. */
  parameters: P
  /** 100…60,000 ms, by default 5000. */
  timeoutMs?: number
  /** 100…60,000 ms, by default 1500. */
  holdAfterMs?: number
  /** 0…86,400,000 ms, by default 0: nothing is answered from memory, but for the same call in the same turn. */
  cacheMs?: number
  /** By default false. */
  idempotent?: boolean
  /** Answers anything that JSON can say, at most 8,000 characters of it. What it throws is not shown to the model. */
  execute(args: v.InferOutput<P>, context: ToolContext): unknown
}

/**
 * A tool that runs in the broker.
 * @throws Error that names every wrong field, at start-up rather than at the first call
 */
export function tool<const P extends Parameters>(input: ToolInput<P>): ToolSpec {
  return describedTool(input, { run: (args, context) => input.execute(args as v.InferOutput<P>, context) })
}

/** @throws Error */
export function describedTool<P extends Parameters>(input: Omit<ToolInput<P>, 'execute'>, work: ToolWork): ToolSpec {
  const { parameters } = input
  const { confirmMs, label, ...limits } = checked(input)
  const isBuiltIn = 'builtIn' in work
  if (!isBuiltIn && BUILT_IN.some((name) => name === input.name)) {
    throw new Error(
      `The tool "${input.name}" is not valid: name: this is a tool of the broker, protocol/built-in-tools.ts`,
    )
  }
  const spec = { ...limits, parameters: jsonSchema(input.name, parameters) }
  const { confirm } = input
  const code: ToolCode = {
    ...work,
    check: (args) => checkedBy(parameters, args),
    consent: confirm
      ? {
          label: label ?? input.name.replaceAll(/[_-]+/g, ' '),
          ask: (args) => questionOf(confirm as true | string | ((args: unknown) => string), args),
          waitMs: confirmMs,
        }
      : null,
  }
  return Object.freeze({ ...spec, [CODE]: code })
}

/** By a schema of the agent's. */
export function checkedBy(schema: v.GenericSchema, value: unknown): Checked {
  const result = v.safeParse(schema, value)
  return result.success ? { ok: true, value: result.output } : { ok: false, problems: problemsOf(result.issues) }
}

function questionOf(confirm: true | string | ((args: unknown) => string), args: unknown): string {
  const text = typeof confirm === 'function' ? confirm(args) : confirm === true ? '' : confirm
  return (text.trim() === '' ? inWords(args) : text.trim()).slice(0, MAX_QUESTION)
}

/** `nights: 2, view: harbour` */
export function inWords(args: unknown): string {
  const word = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))
  return Object.entries(args ?? {})
    .map(([name, value]) => `${name}: ${word(value)}`)
    .join(', ')
}

export const ToolSpecSchema = v.custom<ToolSpec>(
  (value) => typeof value === 'object' && value !== null && CODE in value,
  'made with tool(…)',
)

function checked(input: v.InferInput<typeof SpecSchema>): v.InferOutput<typeof SpecSchema> {
  const result = v.safeParse(SpecSchema, input)
  if (result.success) return result.output
  throw new Error(`The tool "${input.name}" is not valid: ${problemsOf(result.issues)}`)
}

/** What a provider cannot be told is still checked by us: rules of our own, and what is made of an argument. */
const UNTOLD = [
  'transform',
  'check',
  'raw_check',
  'partial_check',
  'trim',
  'trim_start',
  'trim_end',
  'to_lower_case',
  'to_upper_case',
]

function jsonSchema(name: string, parameters: Parameters): string {
  try {
    const { $schema, ...schema } = toJsonSchema(parameters, { typeMode: 'input', ignoreActions: UNTOLD })
    if (schema.type === 'object') return JSON.stringify(schema)
  } catch (cause) {
    throw new Error(`The parameters of the tool "${name}" cannot be described to a model`, { cause })
  }
  throw new Error(`The parameters of the tool "${name}" must be one object: v.object({…})`)
}

function problemsOf(issues: readonly v.BaseIssue<unknown>[]): string {
  return issues.map((issue) => `${v.getDotPath(issue) ?? 'arguments'}: ${issue.message}`).join('; ')
}
