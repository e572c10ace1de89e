/** Runs one call of a tool: arguments checked, time bounded, and whatever it throws kept from the model. */
import { type BuiltIn, codeOf, type ToolCode, type ToolContext, type ToolSpec } from '../../protocol/tool.ts'
import type { Log } from '../log.ts'
import { failed, invalidArguments, type Outcome, succeeded, ToolRefusal } from './result.ts'
import { askServer } from './webhook.ts'

export interface ExecutePorts {
  /** Calls back once after `ms`; the answer cancels. */
  clock: { after(ms: number, run: () => void): () => void }
  log: Log
}

/** A call whose arguments are good. */
export interface Prepared {
  code: ToolCode
  args: unknown
}

interface ToolCall extends Prepared {
  context: Omit<ToolContext, 'signal'>
  /** Nobody waits for it any more. */
  signal: AbortSignal
  /** What the page does. @throws ToolRefusal */
  askPage(args: unknown, signal: AbortSignal): Promise<unknown>
  /** What the broker does. @throws ToolRefusal */
  builtIn: Readonly<Record<BuiltIn, (args: unknown) => unknown>>
}

/** Nothing is asked or run before this. @param text JSON, as the model has written it */
export function prepare(tool: ToolSpec, text: string, log: Log): Prepared | { outcome: Outcome } {
  const code = codeOf(tool)
  if (!code) return { outcome: failed('unknown_tool') }
  const read = readArguments(text)
  if (!read.ok) return { outcome: invalidArguments('They are not JSON.') }
  try {
    const checked = code.check(read.value)
    return checked.ok ? { code, args: checked.value } : { outcome: invalidArguments(checked.problems) }
  } catch (error) {
    // A schema has functions of the agent's: what they throw is no different from what the tool throws.
    logThrown(tool, error, log)
    return { outcome: failed('threw') }
  }
}

/** Never rejects. */
export async function execute(tool: ToolSpec, call: ToolCall, ports: ExecutePorts): Promise<Outcome> {
  const giveUp = new AbortController()
  const signal = AbortSignal.any([call.signal, giveUp.signal])
  // In a turn of its own: what it throws at once is no different from what it throws later.
  const running = Promise.resolve().then(() => work(tool, call, signal))
  return firstOf(tool, running, giveUp, ports)
}

async function work(tool: ToolSpec, call: ToolCall, signal: AbortSignal): Promise<Outcome> {
  const { code, args } = call
  const context = { ...call.context, signal }
  if ('run' in code) return succeeded(await code.run(args, context))
  if ('webhook' in code) return succeeded(await askServer(tool, code.webhook, args, context))
  if ('builtIn' in code) return succeeded(await call.builtIn[code.builtIn](args))
  const checked = code.page.check(await call.askPage(args, signal))
  if (!checked.ok) throw new ToolRefusal('bad_result')
  return succeeded(checked.value, 'page')
}

function firstOf(tool: ToolSpec, running: Promise<Outcome>, giveUp: AbortController, { clock, log }: ExecutePorts) {
  return new Promise<Outcome>((resolve) => {
    let isOver = false
    const end = (outcome: Outcome) => {
      if (isOver) return log.info('tool_late', { tool: tool.name })
      isOver = true
      stopTimer()
      resolve(outcome)
    }
    const stopTimer = clock.after(tool.timeoutMs, () => {
      end(failed('timeout'))
      giveUp.abort(new DOMException(`The tool ${tool.name} took longer than ${tool.timeoutMs} ms`, 'TimeoutError'))
    })
    running.then(
      (outcome) => end(outcome),
      (error: unknown) => {
        if (error instanceof ToolRefusal) return end(failed(error.failure))
        if (!isOver) logThrown(tool, error, log)
        end(failed('threw'))
      },
    )
  })
}

/** Its message may hold anything, of the visitor or of the systems behind it: only what kind of error it was is told. */
function logThrown({ name }: ToolSpec, error: unknown, log: Log): void {
  log.error('tool_threw', { tool: name, cause: error instanceof Error ? error.name : typeof error })
}

function readArguments(text: string): { ok: true; value: unknown } | { ok: false } {
  try {
    // A model that has nothing to say may say nothing.
    return { ok: true, value: JSON.parse(text.trim() === '' ? '{}' : text) }
  } catch {
    return { ok: false } // the model is told, and writes them anew
  }
}
