/** A program is started when its server answers. */
import { untilHealthy } from './health.ts'
import type { Program } from './processes.ts'

/** Waits for a program's server. When that fails, ends the program and throws with its last lines. */
export async function untilReady(program: Program, url: string, signal?: AbortSignal) {
  const gone = new AbortController()
  const endedEarly = program.ended.then((how) => {
    gone.abort()
    throw new Error(`${program.name} ${how} before it was ready.\n${program.lastLines()}`)
  })
  // The race below is over when it ends later on.
  endedEarly.catch(() => {})
  const stop = AbortSignal.any(signal ? [gone.signal, signal] : [gone.signal])
  const healthy = untilHealthy({ name: program.name, url, signal: stop })
  healthy.catch(() => {})
  try {
    await Promise.race([healthy, endedEarly])
  } catch (error) {
    await program.stop()
    throw error
  }
}
