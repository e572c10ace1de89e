/** Tools that the broker does by itself. An agent has those that stand in its `tools`. */
import * as v from 'valibot'
import { NumberSchema } from './phone.ts'
import { describedTool, type ToolSpec } from './tool.ts'

/** Longest fact (characters), and how many of them are told to a new call: the newest. */
export const MAX_FACT = 200
export const MAX_FACTS = 20

export interface BuiltInInput {
  /** For the model, in the place of ours: when to use it. */
  description?: string
}

/** The assistant hangs up, when its goodbye was heard. */
export function endCall({ description }: BuiltInInput = {}): ToolSpec {
  return describedTool(
    {
      name: 'end_call',
      description:
        description ??
        'Ends the call. Only when the visitor has said goodbye or wants to end it. Say goodbye in one short sentence, then call this.',
      parameters: v.object({}),
    },
    { builtIn: 'end_call' },
  )
}

/** Where a caller can be connected to. The model knows its name and when, and never the address: it cannot call anybody else. */
const TargetSchema = v.pipe(
  v.strictObject({
    /** What the assistant calls it. */
    name: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9_]{0,31}$/, 'lower-case letters, digits and _')),
    /** In words for the model. */
    when: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
    number: v.optional(NumberSchema),
    /** Instead of a number. */
    uri: v.optional(v.pipe(v.string(), v.regex(/^sips?:[^\s<>"]{3,200}$/, 'an address such as sip:desk@example.com'))),
  }),
  v.check(({ number, uri }) => (number === undefined) !== (uri === undefined), 'either a number or a uri'),
)
const TransferSchema = v.strictObject({
  to: v.pipe(
    v.array(TargetSchema),
    v.minLength(1),
    v.maxLength(20),
    v.check((to) => new Set(to.map(({ name }) => name)).size === to.length, 'each name once'),
  ),
})

/** What the session gets of a call of `transfer`. */
export interface TransferWish {
  name: string
  /** `tel:` or `sip:` */
  uri: string
}

/**
 * The assistant connects a caller to somebody else; the call is over for it then. Phone calls only (docs/phone.md).
 * @throws Error that names every wrong field
 */
export function transfer(options: v.InferInput<typeof TransferSchema>): ToolSpec {
  const read = v.safeParse(TransferSchema, options)
  if (!read.success) {
    const problems = read.issues.map((issue) => `${v.getDotPath(issue) ?? 'options'}: ${issue.message}`)
    throw new Error(`The tool "transfer" is not valid: ${problems.join('; ')}`)
  }
  const { to } = read.output
  const uris = new Map(to.map(({ name, number, uri }) => [name, uri ?? `tel:${number}`]))
  const words = to.map(({ name, when }) => `${name}: ${when}`).join('; ')
  return describedTool(
    {
      name: 'transfer',
      description:
        `Connects the caller to somebody else and ends the call with you. Say in one short sentence to whom, then call this. ${words}`.slice(
          0,
          1024,
        ),
      parameters: v.object({
        to: v.pipe(
          v.picklist(to.map(({ name }) => name)),
          v.transform((name): TransferWish => ({ name, uri: uris.get(name) ?? '' })),
        ),
      }),
      // What is being said is heard to its end first, in silence: nobody is told that it takes a moment.
      timeoutMs: 30_000,
      holdAfterMs: 60_000,
    },
    { builtIn: 'transfer' },
  )
}

/** The assistant notes what is to be known however long the conversation gets. */
export function remember({ description }: BuiltInInput = {}): ToolSpec {
  return describedTool(
    {
      name: 'remember',
      description:
        description ??
        'Notes one fact about the visitor or the matter that will be needed later in the conversation, such as a name or a wish. Never passwords or card numbers.',
      parameters: v.object({
        fact: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(MAX_FACT), v.description('One short sentence')),
      }),
      // The same fact is kept once.
      idempotent: true,
    },
    { builtIn: 'remember' },
  )
}
