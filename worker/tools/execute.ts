/** Runs one call of a tool: arguments checked, time bounded, and whatever it throws kept from the model. */
import { codeOf, type ToolContext, type ToolSpec } from '../../protocol/tool.ts'
import type { Log } from '../log.ts'
import { failed, invalidArguments, type Outcome, succeeded } from './result.ts'
import { askServer } from './webhook.ts'

export interface ExecutePorts {
  /** Calls back once after `ms`; the answer cancels. */
  clock: { after(ms: number, run: () => void): () => void }
  log: Log
}

export interface ToolCall {
  /** JSON, as the model has written it. */
  text: string
  context: Omit<ToolContext, 'signal'>
  /** Nobody waits for it any more. */
  signal: AbortSignal
}

/** Never rejects. */
export async function execute(
  tool: ToolSpec,
  { text, context, signal }: ToolCall,
  ports: ExecutePorts,
): Promise<Outcome> {
  const code = codeOf(tool)
  if (!code) return failed('unknown_tool')
  const read = readArguments(text)
  const checked = read.ok ? code.check(read.value) : { ok: false as const, problems: 'They are not JSON.' }
  if (!checked.ok) return invalidArguments(checked.problems)
  const giveUp = new AbortController()
  const whenOver = AbortSignal.any([signal, giveUp.signal])
  // In a turn of its own: what it throws at once is no different from what it throws later.
  const running = Promise.resolve().then(() => {
    const here = { ...context, signal: whenOver }
    return 'run' in code ? code.run(checked.args, here) : askServer(tool, code.webhook, checked.args, here)
  })
  return firstOf(tool, running, giveUp, ports)
}

function firstOf(tool: ToolSpec, running: Promise<unknown>, giveUp: AbortController, { clock, log }: ExecutePorts) {
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
      (result) => end(succeeded(result)),
      (error: unknown) => {
        // Its message may hold anything, of the visitor or of the systems behind it: only what kind of error it was is told.
        if (!isOver)
          log.error('tool_threw', { tool: tool.name, cause: error instanceof Error ? error.name : typeof error })
        end(failed('threw'))
      },
    )
  })
}

function readArguments(text: string): { ok: true; value: unknown } | { ok: false } {
  try {
    // A model that has nothing to say may say nothing.
    return { ok: true, value: JSON.parse(text.trim() === '' ? '{}' : text) }
  } catch {
    return { ok: false } // the model is told, and writes them anew
  }
}
