/** Tools that the broker does by itself. An agent has those that stand in its `tools`. */
import * as v from 'valibot'
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
