/**
 * Shows what the visitor is asked, and runs tools of the page, each call once. A result is kept until the broker says that nobody waits for it, and told again
 * when it asks again.
 */
import { type ClientFrame, MAX_TEXT, type PageFailure } from '../../protocol/frames.ts'
import type { PageTool, PageToolsOptions, ToolFrame } from './page-tools.ts'

/** A page that is still being built may say so much later (ms) what it can do. */
const HANDLER_COMES_MS = 2_000

type Answer = Extract<ClientFrame, { type: 'page_result' | 'page_failed' }>

interface Run {
  abort: AbortController
  answer: Answer | null
}

type PageCall = Extract<ToolFrame, { type: 'page_tool' }>

export function createToolRunner({ handlers, questions, clock, send }: PageToolsOptions) {
  /** By the item of the call. */
  const runs = new Map<string, Run>()

  function receive(frame: ToolFrame): void {
    if (frame.type === 'page_tool') return called(frame)
    const others = questions.value.filter(({ item }) => item !== frame.item)
    questions.value = frame.ask ? [...others, { item: frame.item, ...frame.ask }] : others
  }

  function called({ item, call }: PageCall): void {
    const run = runs.get(item)
    if (!call) {
      runs.delete(item)
      if (run && !run.answer) run.abort.abort(new DOMException('Nobody waits for the result any more', 'AbortError'))
    } else if (run?.answer) send(run.answer)
    // Begun by this page before it was reloaded, or by another.
    else if (!run && call.again) send({ type: 'page_failed', item, cause: 'lost' })
    else if (!run) void begin(item, call)
  }

  async function begin(item: string, { name, args }: NonNullable<PageCall['call']>): Promise<void> {
    const run: Run = { abort: new AbortController(), answer: null }
    runs.set(item, run)
    const handler = await handlerOf(name)
    const { signal } = run.abort
    if (signal.aborted) return
    run.answer = handler ? await answerOf(item, name, () => handler(args, { signal })) : failed(item, 'no_handler')
    if (!signal.aborted) send(run.answer)
  }

  function handlerOf(name: string): Promise<PageTool | undefined> {
    return new Promise((resolve) => {
      const handler = handlers?.get(name)
      if (handler) resolve(handler)
      else clock.after(HANDLER_COMES_MS, () => resolve(handlers?.get(name)))
    })
  }

  return {
    receive,
    close(): void {
      for (const item of runs.keys()) called({ type: 'page_tool', item, call: null })
    },
  }
}

export type ToolRunner = ReturnType<typeof createToolRunner>

async function answerOf(item: string, name: string, work: () => unknown): Promise<Answer> {
  let value: unknown
  try {
    value = await work()
  } catch (error) {
    // The website's own mistake: its makers find it where they look for others.
    console.error(`Parley: the tool ${name} of this page failed`, error)
    return failed(item, 'threw')
  }
  try {
    const result = JSON.stringify(value) ?? 'null'
    return result.length > MAX_TEXT ? failed(item, 'too_large') : { type: 'page_result', item, result }
  } catch {
    return failed(item, 'not_json') // cycles, BigInt
  }
}

function failed(item: string, cause: PageFailure): Answer {
  return { type: 'page_failed', item, cause }
}
