/** A call as `GET /_simulator/calls` shows it. */
import { type Entry, wordsUntil } from '../realtime/conversation.ts'
import type { Session } from '../realtime/session.ts'
import type { LiveCall } from './live-call.ts'

export function describeCall(call: LiveCall): Record<string, unknown> {
  const { session } = call
  return {
    id: call.id,
    transport: call.kind,
    state: call.state,
    session: session.id,
    created_at: call.createdAt,
    sidebands: call.sidebands,
    items: session.conversation.entries.map((entry) => describeItem(session, entry)),
  }
}

/** For what the assistant said aloud: how much of it was really sent, in ms and in whole words. */
function describeItem(session: Session, entry: Entry): Record<string, unknown> {
  const { item } = entry
  const head = { item: item.id, type: item.type, status: item.status }
  if (item.type !== 'message') return head
  const content = item.content.map((part) => part.type)
  if (entry.words.length === 0) return { ...head, role: item.role, content }
  const sentMs = session.sentMs(entry)
  const text = entry.words.map((word) => word.text).join(' ')
  return { ...head, role: item.role, content, text, sent_ms: sentMs, sent_text: wordsUntil(entry, sentMs) }
}
