/** What is asked of the app before it is there. */
import type { App } from './shell.ts'

export interface WaitingLine {
  /** Resolves when `act` is done, or no longer wanted. */
  wait(act: (app: App) => unknown): Promise<void>
  /** The app is there: everything happens, in order. */
  serve(app: App): void
  /** Nobody wants it any more. */
  drop(): void
}

export function createWaitingLine(): WaitingLine {
  const waiting: { act: (app: App) => unknown; done: () => void }[] = []
  return {
    wait: (act) =>
      new Promise((done, fail) => {
        waiting.push({ act: (app) => Promise.resolve(act(app)).then(() => done(), fail), done })
      }),
    serve(app) {
      for (const { act } of waiting.splice(0)) act(app)
    },
    drop() {
      for (const { done } of waiting.splice(0)) done()
    },
  }
}
