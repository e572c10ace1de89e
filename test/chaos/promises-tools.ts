/** Promises about tools: a call of the provider runs once (6), and what came of it is kept and told once (1). */
import { eventOf, events } from './journal.ts'
import type { Evidence } from './promises.ts'

/** Calls that were run, as the tool itself has said in the broker's log (inside/agents.ts). */
export function toolRuns(brokerLog: readonly string[]): string[] {
  return brokerLog.flatMap((line) => /"chaos":"tool","call":"([^"]+)"/.exec(line)?.[1] ?? [])
}

/** 6 */
export function toolsRunOnce({ brokerLog }: Evidence): string[] {
  const runs = toolRuns(brokerLog)
  return [...new Set(runs.filter((call, i) => runs.indexOf(call) < i))].map((call) => `tool call ${call} was run twice`)
}

/** 1: what a crash takes along, nobody was told of. */
export function resultsAreKept({ brokerLog, transcript, journal, crashes }: Evidence): string[] {
  const kept = (call: string) => transcript.filter(({ kind, tool }) => kind === 'tool_result' && tool?.callId === call)
  const calls = new Set([...toolRuns(brokerLog), ...transcript.flatMap(({ tool }) => tool?.callId ?? [])])
  const wrong = [...calls].flatMap((call) => {
    const results = kept(call).length
    if (results > 1) return [`tool call ${call} has ${results} results`]
    const mustBe = crashes.length === 0 && toolRuns(brokerLog).includes(call)
    return results === 0 && mustBe ? [`tool call ${call} was run and has no result`] : []
  })
  const told = new Set<string>()
  const twice = events(journal, 'conversation.item.create', 'in').flatMap((entry) => {
    const { type, call_id: call } = (eventOf(entry)?.item ?? {}) as { type?: string; call_id?: string }
    if (type !== 'function_call_output') return []
    const one = `${call} in ${entry.call}`
    if (told.has(one)) return [`the result of ${one} was told twice`]
    told.add(one)
    return []
  })
  return [...wrong, ...twice]
}
