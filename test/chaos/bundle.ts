/**
 * Builds what workerd runs: the sources of worker/, with a clock that can be moved, shorter waits for things that happen in
 * real time, and, to test the tests, with one defence taken out. Every change names its place; a place that is not found
 * exactly once is an error, so that a change cannot silently come to nothing.
 */
import { join } from 'node:path'
import { build, type Plugin } from 'vite'
import { inProject } from '../../scripts/lib/paths.ts'

export interface Change {
  /** Path below the project. */
  file: string
  find: string
  replace: string
}

const CLOCK = inProject('test/chaos/inside/clock.ts')

/** In every build. */
const ALWAYS: readonly Change[] = [
  {
    file: 'worker/session/session.ts',
    find: "import { type Clock, systemClock } from './ports.ts'",
    replace: `import type { Clock } from './ports.ts'\nimport { movableClock } from '${CLOCK}'`,
  },
  {
    file: 'worker/session/session.ts',
    find: 'readonly #clock: Clock = systemClock',
    replace: 'readonly #clock: Clock = movableClock(this.ctx.id.toString())',
  },
  // These run by timers of the runtime, which nobody can move.
  {
    file: 'worker/provider/transport.ts',
    find: 'const OPEN_TIMEOUT_MS = 15_000',
    replace: 'const OPEN_TIMEOUT_MS = 1_500',
  },
  {
    file: 'worker/provider/transport.ts',
    find: 'const HANDSHAKE_TIMEOUT_MS = 5_000',
    replace: 'const HANDSHAKE_TIMEOUT_MS = 400',
  },
  {
    file: 'worker/session/replies.ts',
    find: 'const IN_FLIGHT_MS = 30_000',
    replace: 'const IN_FLIGHT_MS = 3_000',
  },
  {
    file: 'worker/session/calls.ts',
    find: 'const HANG_UP_TIMEOUT_MS = 8_000',
    replace: 'const HANG_UP_TIMEOUT_MS = 500',
  },
  {
    file: 'worker/http/sessions.ts',
    find: 'const IN_FLIGHT_MS = 30_000',
    replace: 'const IN_FLIGHT_MS = 3_000',
  },
]

/** Where answers are held up, see inside/uneven.ts. */
export const UNEVEN: readonly Change[] = [
  {
    file: 'worker/session/line.ts',
    find: `socket.addEventListener('message', (event) => {
      if (typeof event.data === 'string') this.#hear(event.data)
    })
    socket.addEventListener('close', () => this.#end('closed'))`,
    replace: `const late = inItsOrder()
    socket.addEventListener('message', (event) => {
      late(() => typeof event.data === 'string' && this.#hear(event.data))
    })
    socket.addEventListener('close', () => late(() => this.#end('closed')))`,
  },
  {
    file: 'worker/session/line.ts',
    find: "import { openSocket, SocketRefused } from '../provider/transport.ts'",
    replace: `import { openSocket, SocketRefused } from '../provider/transport.ts'
import { inItsOrder } from '${inProject('test/chaos/inside/uneven.ts')}'`,
  },
]

/** The code of the Worker as one module. */
export async function bundleWorker(changes: readonly Change[] = []): Promise<string> {
  const plan = [...ALWAYS, ...changes]
  const done = new Set<Change>()
  const result = await build({
    root: inProject('.'),
    configFile: false,
    logLevel: 'error',
    plugins: [changing(plan, done)],
    build: {
      ssr: inProject('test/chaos/inside/entry.ts'),
      write: false,
      minify: false,
      target: 'es2024',
      rolldownOptions: { external: [/^cloudflare:/, /^workerd:/, /^node:/] },
    },
    ssr: { noExternal: true, target: 'webworker' },
  })
  const missed = plan.filter((change) => !done.has(change))
  if (missed.length > 0) throw new Error(`not part of the bundle: ${missed.map(({ file }) => file).join(', ')}`)
  const [output] = Array.isArray(result) ? result : [result]
  if (!output || !('output' in output)) throw new Error('vite built nothing')
  const [chunk, ...more] = output.output
  if (more.length > 0) throw new Error('the bundle has more than one part')
  return chunk.code
}

function changing(plan: readonly Change[], done: Set<Change>): Plugin {
  return {
    name: 'chaos',
    enforce: 'pre',
    transform(code, id) {
      const mine = plan.filter(({ file }) => join(inProject('.'), file) === id.split('?')[0])
      if (mine.length === 0) return null
      for (const change of mine) done.add(change)
      return { code: mine.reduce(applied, code), map: null }
    },
  }
}

/** @throws Error when the place is not there exactly once */
export function applied(code: string, { file, find, replace }: Change): string {
  const times = code.split(find).length - 1
  if (times !== 1) throw new Error(`${file} has ${times} times, not once: ${find}`)
  return code.replace(find, () => replace)
}
