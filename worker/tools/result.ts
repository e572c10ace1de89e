/** What the model is told of a call: always one of two shapes, so that it does not call again out of doubt. */
import { MAX_TEXT } from '../../protocol/frames.ts'

export type ToolResult = { status: 'success'; result: unknown } | { status: 'error'; message: string }

/** Why a call failed, for the log. */
export type ToolFailure =
  | 'unknown_tool'
  | 'invalid_arguments'
  | 'too_many'
  | 'threw'
  | 'timeout'
  | 'too_large'
  | 'not_json'
  | 'interrupted'

/** What came of a call. */
export interface Outcome {
  /** The result as JSON, ready to be sent. */
  text: string
  /** Undefined for a success. */
  failure?: ToolFailure
}

/**
 * Longest result (characters). A result stands where else a turn of the visitor would, and money was set aside for the longest
 * text of that (ledger/cost.ts).
 */
const MAX_RESULT = MAX_TEXT

const MESSAGES: Readonly<Record<Exclude<ToolFailure, 'invalid_arguments'>, string>> = {
  unknown_tool: 'There is no such tool. Go on without it.',
  too_many: 'Too many tools were called since the visitor has spoken. Answer with what you have.',
  threw:
    'The tool failed. Do not call it again with the same arguments; tell the visitor that it does not work right now.',
  timeout: 'The tool did not answer in time. It is not known whether it has done anything. Tell the visitor.',
  too_large: 'The tool answered more than can be read. Ask it for less, or go on without it.',
  not_json:
    'The tool failed. Do not call it again with the same arguments; tell the visitor that it does not work right now.',
  interrupted:
    'The tool was interrupted. It is not known whether it has done anything. Do not call it again by yourself; tell the visitor.',
}

export function failed(failure: Exclude<ToolFailure, 'invalid_arguments'>): Outcome {
  return { text: written({ status: 'error', message: MESSAGES[failure] }), failure }
}

export function invalidArguments(problems: string): Outcome {
  const message = `The arguments do not fit; correct them and call again. ${problems}`.slice(0, MAX_RESULT / 2)
  return { text: written({ status: 'error', message }), failure: 'invalid_arguments' }
}

/** @param result anything that JSON can say; nothing counts as null */
export function succeeded(result: unknown): Outcome {
  let text: string
  try {
    text = written({ status: 'success', result: result === undefined ? null : result })
  } catch {
    return failed('not_json') // cycles, BigInt: a mistake in the tool, which the log names
  }
  return text.length > MAX_RESULT ? failed('too_large') : { text }
}

function written(result: ToolResult): string {
  return JSON.stringify(result)
}
