/** The conversation on its time line: what was said, tools, interruptions, reconnects, and what each call has cost. */
import type { OwnedCall } from '../../protocol/console.ts'
import type { Item } from '../../protocol/item.ts'
import { imagePath } from '../lib/api.ts'
import { clock, dateAndTime, duration, timeOfDay, usd } from '../lib/format.ts'
import { type Entry, timeline } from '../lib/timeline.ts'
import { NOTICES, PATHS } from '../lib/words.ts'
import { EndBadge } from './basics.tsx'

interface Props {
  session: string
  items: readonly Item[]
  calls: readonly OwnedCall[]
}

export function TranscriptView({ session, items, calls }: Props) {
  return (
    <ol class="timeline">
      {timeline(items, calls).map((entry) => (
        <Row key={keyOf(entry)} session={session} entry={entry} />
      ))}
    </ol>
  )
}

function keyOf(entry: Entry): string {
  return 'call' in entry ? `${entry.what} ${entry.call.call}` : entry.item.id
}

function Row({ session, entry }: { session: string; entry: Entry }) {
  switch (entry.what) {
    case 'begin':
      return <Begin call={entry.call} number={entry.number} />
    case 'end':
      return <End call={entry.call} number={entry.number} />
    case 'tool':
      return <Tool item={entry.item} result={entry.result} />
    default:
      return entry.item.role === 'notice' ? <Notice item={entry.item} /> : <Said session={session} item={entry.item} />
  }
}

function Begin({ call, number }: { call: OwnedCall; number: number }) {
  return (
    <li class="edge">
      <Time at={call.startedAt} />
      <p>
        <strong>{call.reconnect ? `Connected again: call ${number}` : `Call ${number} begins`}</strong>
        <span class="muted"> · {PATHS[call.path]}</span>
      </p>
    </li>
  )
}

function End({ call, number }: { call: OwnedCall; number: number }) {
  const { endedAt, startedAt, reason } = call
  return (
    <li class="edge end">
      <Time at={endedAt ?? startedAt} />
      <p>
        <strong>Call {number} is over</strong> <EndBadge reason={reason} />
        <span class="muted number">
          {' '}
          {clock((endedAt ?? startedAt) - startedAt)}
          {call.usd === null ? '' : ` · ${usd(call.usd)}`}
        </span>
      </p>
    </li>
  )
}

const SPEAKERS = { user: 'Visitor', assistant: 'Assistant', person: 'Person', tool: 'Tool', notice: 'Notice' } as const

function Said({ session, item }: { session: string; item: Item }) {
  const { id, role, author, via, status, heard, kind, source, text, image, at } = item
  const notes = [
    via === 'text' && role === 'user' && 'typed',
    kind === 'fact' && 'noted',
    status === 'interrupted' &&
      `cut off${heard ? ` after ${duration(heard.ms)}${heard.estimated ? ', about' : ''}` : ''}`,
    status === 'in_progress' && 'in progress',
    status === 'failed' && 'failed',
    source === 'client' && 'put in by the page, not replayed',
  ].filter((note) => note !== false)
  return (
    <li class={`said ${role}`}>
      <Time at={at} />
      <div class="bubble">
        <p class="speaker">
          {author ?? SPEAKERS[role]}
          {notes.map((note) => (
            <span key={note} class="note">
              {note}
            </span>
          ))}
        </p>
        {image && <Picture session={session} item={id} image={image} />}
        {(text || !image) && (
          <p class="words">
            {text || (
              <span class="muted">
                {status === 'interrupted' ? '(nothing of it was heard)' : '(nothing was written down)'}
              </span>
            )}
          </p>
        )}
      </div>
    </li>
  )
}

/** Only those that the agent keeps can be seen again. */
function Picture({ session, item, image }: { session: string; item: string; image: NonNullable<Item['image']> }) {
  const { width, height, kept } = image
  const words = `Picture, ${width} × ${height}`
  if (!kept) return <p class="muted">{words}, not kept</p>
  return <img class="picture" src={imagePath(session, item)} alt={words} width={width} height={height} loading="lazy" />
}

function Notice({ item }: { item: Item }) {
  return (
    <li class="edge">
      <Time at={item.at} />
      <p class="muted">{NOTICES[item.text] ?? item.text}</p>
    </li>
  )
}

function Tool({ item, result }: { item: Item; result: Item | null }) {
  return (
    <li class="tool">
      <Time at={item.at} />
      <details>
        <summary>
          <code>{item.tool?.name ?? 'tool'}</code>
          <span class="muted number">
            {result ? ` took ${duration(Math.max(0, result.at - item.at))}` : ' has no result'}
          </span>
        </summary>
        <p class="label">Asked</p>
        <pre>{pretty(item.text)}</pre>
        {result && <p class="label">Answered</p>}
        {result && <pre>{pretty(result.text)}</pre>}
      </details>
    </li>
  )
}

function Time({ at }: { at: number }) {
  return (
    <time dateTime={new Date(at).toISOString()} title={dateAndTime(at)}>
      {timeOfDay(at)}
    </time>
  )
}

function pretty(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2)
  } catch {
    return json
  }
}
