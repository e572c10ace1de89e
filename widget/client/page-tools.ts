/** What the broker asks of the visitor and of this page for a tool. Few agents ask, so what answers is a file of its own. */
import type { Signal } from '@preact/signals'
import type { ClientFrame, ServerFrame } from '../../protocol/frames.ts'
import type { Clock } from '../clock.ts'
import type { ToolRunner } from './tool-runner.ts'
import type { Question } from './types.ts'

export type ToolFrame = Extract<ServerFrame, { type: 'page_tool' | 'confirm' }>

/** What a website does for its assistant. Answers anything that JSON can say, at most 8,000 characters of it. */
export type PageTool = (args: unknown, context: { signal: AbortSignal }) => unknown

export interface PageToolsOptions {
  /** By name; may come and go at any time. */
  handlers: ReadonlyMap<string, PageTool> | undefined
  questions: Signal<readonly Question[]>
  clock: Clock
  send: (frame: ClientFrame) => void
}

export function createPageTools(options: PageToolsOptions) {
  let runner: Promise<ToolRunner> | undefined

  return {
    receive(frame: ToolFrame): void {
      runner ??= import('./tool-runner.ts').then(({ createToolRunner }) => createToolRunner(options))
      runner.then(
        ({ receive }) => receive(frame),
        () => {
          runner = undefined // the broker does not wait for ever, and the next frame tries again
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
