/** Tools that this page does. Most pages have none, so what runs them is a file of its own. */
import type { ClientFrame, ServerFrame } from '../../protocol/frames.ts'
import type { Clock } from '../clock.ts'
import type { ToolRunner } from './tool-runner.ts'

export type PageToolFrame = Extract<ServerFrame, { type: 'page_tool' }>

/** What a website does for its assistant. Answers anything that JSON can say, at most 8,000 characters of it. */
export type PageTool = (args: unknown, context: { signal: AbortSignal }) => unknown

export interface PageToolsOptions {
  /** By name; may come and go at any time. */
  handlers: ReadonlyMap<string, PageTool>
  clock: Clock
  send: (frame: ClientFrame) => void
}

export function createPageTools(options: PageToolsOptions) {
  let runner: Promise<ToolRunner> | undefined

  return {
    receive(frame: PageToolFrame): void {
      runner ??= import('./tool-runner.ts').then(({ createToolRunner }) => createToolRunner(options))
      runner.then(
        ({ receive }) => receive(frame),
        () => {
          runner = undefined
          if (frame.call) options.send({ type: 'page_failed', item: frame.item, cause: 'no_handler' })
        },
      )
    },
    /** Nothing that runs is wanted any more. */
    close(): void {
      void runner?.then(({ close }) => close())
    },
  }
}

export type PageTools = ReturnType<typeof createPageTools>
