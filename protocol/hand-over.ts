/** The tool with which an assistant asks for a person (docs/events.md). */
import * as v from 'valibot'
import { MAX_SUMMARY } from './events.ts'
import { type ToolContext, type ToolSpec, tool } from './tool.ts'

/** Its name: an agent that has it needs `events`. */
export const HAND_OVER = 'hand_over'

/** What the session does for it. */
export interface HandOverWish {
  summary: string
  /** So long (ms) the reply address is good. */
  replyMs: number
  /** So many answers may be posted there. */
  replies: number
}

/** Where the session offers that to the tool: nothing else can be made to do it. */
const DESK = Symbol('asks for a person')
type Desk = (wish: HandOverWish) => boolean

export function withDesk<C extends object>(context: C, desk: Desk): C {
  return { ...context, [DESK]: desk }
}

const OptionsSchema = v.strictObject({
  /** When the assistant is to ask for a person, in words for the model. */
  when: v.optional(
    v.pipe(v.string(), v.minLength(1), v.maxLength(500)),
    'Call it when the visitor asks for a person, or when you cannot help.',
  ),
  /** So long the reply address is good. */
  replyHours: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(168)), 24),
  /** So many answers may be posted there. */
  replies: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100)), 20),
})

/** @throws Error that names every wrong field */
export function handOver(options: v.InferInput<typeof OptionsSchema> = {}): ToolSpec {
  const read = v.safeParse(OptionsSchema, options)
  if (!read.success) {
    const problems = read.issues.map((issue) => `${v.getDotPath(issue) ?? 'options'}: ${issue.message}`)
    throw new Error(`The tool "${HAND_OVER}" is not valid: ${problems.join('; ')}`)
  }
  const { when, replyHours, replies } = read.output
  return tool({
    name: HAND_OVER,
    description: `Asks a person of the team to join this conversation. ${when} They read your summary, and may answer here in writing, now or later. You stay: go on helping.`,
    parameters: v.object({
      summary: v.pipe(
        v.string(),
        v.trim(),
        v.minLength(1),
        v.maxLength(MAX_SUMMARY),
        v.description(
          'For the person: who the visitor is, what they want, what was tried, how to reach them if they said so.',
        ),
      ),
    }),
    // Asked again after a crash, the session knows that it was asked before.
    idempotent: true,
    execute({ summary }, context) {
      const ask = (context as ToolContext & { [DESK]?: Desk })[DESK]
      if (!ask) throw new Error('only a session can hand over')
      if (!ask({ summary, replyMs: replyHours * 3_600_000, replies })) {
        return 'People were asked as often as they can be in this conversation. They know of it already.'
      }
      return 'A person was told. What they answer will appear in this conversation, also when the visitor comes back later. Nobody knows how soon: promise nothing.'
    },
  })
}
