/** Puts together what the index is told, from the rows of a session and what was counted of its calls. */
import type { RecordsPorts } from './ports.ts'
import type { CallRecord, SessionRecord } from './statements.ts'
import type { Tally } from './tally.ts'

/** What is counted of a call, or of a conversation in writing. */
export interface Found {
  tally: Tally
  /** Of the record. */
  id: string
  startedAt: number
}

type Ports = Pick<RecordsPorts, 'store' | 'clock' | 'deadLetters'>

/** @param counted `unsettled`: what goes on has spent so far (micro-dollars) */
export function sessionRecord(
  { store, clock, deadLetters }: Ports,
  { version, unsettled }: { version: number; unsettled: number },
): SessionRecord | null {
  const session = store.session()
  if (!session) return null
  const calls = store.callsAfter(0)
  const now = clock.now()
  return {
    id: session.id,
    agent: session.agentId,
    started_at: session.createdAt,
    last_at: store.lastActivity(),
    reason: calls.at(-1)?.reason ?? null,
    version,
    calls: calls.length,
    ms: calls.reduce((sum, { startedAt, endedAt }) => sum + Math.max(0, (endedAt ?? now) - startedAt), 0),
    micro_usd: store.spent() + unsettled,
    ...store.counts(),
    reconnects: calls.filter((_, n) => calls[n - 1]?.reason === 'dropped').length,
    dead_letters: deadLetters(),
    rating: session.rating ? (session.rating.score === 'good' ? 1 : 0) : null,
  }
}

/** @param lease id of the call, or of the session for a conversation in writing */
export function callRecord(
  { store, clock }: Ports,
  lease: string,
  { tally, id, startedAt, version }: Found & { version: number },
): CallRecord {
  const session = store.session()
  const call = store.call(lease)
  const kind = call ? (call.follows ? 'second' : 'call') : 'text'
  const { audio, text, image, words, sum } = tally.micro
  return {
    id,
    session: session?.id ?? '',
    agent: session?.agentId ?? '',
    kind,
    path: call ? (call.relayed ? 'relay' : 'webrtc') : 'text',
    region: session?.near ?? '',
    started_at: startedAt,
    ended_at: call?.endedAt ?? null,
    reason: call?.reason ?? null,
    connect_times: JSON.stringify(tally.connectTimes),
    tool_times: JSON.stringify(tally.toolTimes),
    version,
    reconnect: call && store.callsBefore(call.generation)[0]?.reason === 'dropped' ? 1 : 0,
    // Writing takes no time that anybody pays for.
    ms: kind === 'call' ? Math.max(0, (call?.endedAt ?? clock.now()) - startedAt) : 0,
    micro_usd: sum,
    audio_micro: audio,
    text_micro: text,
    image_micro: image,
    words_micro: words,
    tokens_in: tally.tokensIn,
    tokens_cached: tally.tokensCached,
    tools: tally.tools,
    tool_errors: tally.toolErrors,
    left_after_tool: 0,
  }
}
