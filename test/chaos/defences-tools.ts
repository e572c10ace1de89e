/** Defences of tools, see defences.ts. */
import { type Defence, SOME, session } from './defence.ts'

export const TOOL_DEFENCES: readonly Defence[] = [
  {
    name: 'storing again',
    why: 'what came of a tool is not lost when storage fails once',
    changes: [
      {
        file: session('tool-desk'),
        find: 'clock.after(pause, () => this.#stored(work, tries + 1))',
        replace: 'clock.after(pause, () => {})',
      },
    ],
    red: { cell: 'storage write failing × tool running', promise: 1, seeds: SOME },
  },
]
