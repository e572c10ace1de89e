/** All sessions, newest first, by what the index knows of them. */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { Me, SessionList, SessionSummary } from '../../protocol/console.ts'
import type { EndReason } from '../../protocol/frames.ts'
import { type ApiError, get } from '../lib/api.ts'
import { clock, counted, dateAndTime, usd } from '../lib/format.ts'
import { go, linkTo } from '../lib/route.ts'
import { asApiError, noteRefusal } from '../lib/session.ts'
import { ENDS, RATED } from '../lib/words.ts'
import { AgentName, Badge, Empty, EndBadge, Head, ProblemBox, Select, Skeleton } from '../parts/basics.tsx'

export function SessionsView({ me, query }: { me: Me; query: URLSearchParams }) {
  // Once for each choice of filters: what it asks depends on the time of day, and drawing is no reason to ask again.
  const asked = useMemo(() => asQuery(query), [query])
  const { pages, error, isLoading, more, reload } = usePages(me.records ? asked : null)
  const found = pages.flatMap(({ sessions }) => sessions)
  const last = pages.at(-1)
  const isFiltered = [...query.keys()].length > 0
  return (
    <>
      <Head title="Sessions">
        <FindById />
      </Head>
      {!me.records && <NoRecords />}
      {me.records && <Filters me={me} query={query} />}
      {error && <ProblemBox error={error} retry={reload} />}
      {isLoading && pages.length === 0 && <Skeleton lines={8} />}
      {last && found.length === 0 && last.next === null && (
        <Empty title={isFiltered ? 'No session fits' : 'No session yet'}>
          {isFiltered
            ? 'Take a filter away, or look at another time. Sessions that were erased, or whose time is over, are not listed.'
            : 'A conversation appears here within a minute of its first word.'}
        </Empty>
      )}
      {found.length > 0 && <Table me={me} sessions={found} />}
      {last && last.next !== null && (
        <p class="more">
          {found.length === 0 && <span>Nothing among the newest. </span>}
          <button type="button" class="quiet" disabled={isLoading} onClick={more}>
            {isLoading ? 'Looking …' : 'Look further back'}
          </button>
        </p>
      )}
    </>
  )
}

function Table({ me, sessions }: { me: Me; sessions: readonly SessionSummary[] }) {
  return (
    <div class="card table-card">
      <table class="list">
        <thead>
          <tr>
            <th scope="col">Begun</th>
            <th scope="col">Agent</th>
            <th scope="col">Calls</th>
            <th scope="col">Length</th>
            <th scope="col">Cost</th>
            <th scope="col">Turns</th>
            <th scope="col">Ended</th>
          </tr>
        </thead>
        <tbody>
          {sessions.map((session) => (
            <Row key={session.session} session={session} agent={me.agents.find(({ id }) => id === session.agent)} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Row({ session: one, agent }: { session: SessionSummary; agent: Me['agents'][number] | undefined }) {
  const extras = [
    one.reconnects > 0 && counted(one.reconnects, 'reconnect'),
    one.tools > 0 && counted(one.tools, 'tool'),
    one.interruptions > 0 && counted(one.interruptions, 'interruption'),
  ].filter((words) => words !== false)
  return (
    <tr>
      <td data-label="Begun" class="number">
        <a href={linkTo('sessions', one.session)}>{dateAndTime(one.startedAt)}</a>
      </td>
      <td data-label="Agent">
        <AgentName name={agent?.name ?? one.agent} accent={agent?.accent} />
      </td>
      <td data-label="Calls" class="number">
        {one.calls === 0 ? 'in writing' : one.calls}
      </td>
      <td data-label="Length" class="number">
        {one.calls === 0 ? '–' : clock(one.ms)}
      </td>
      <td data-label="Cost" class="number">
        {usd(one.usd)}
      </td>
      <td data-label="Turns">
        <span class="number">{one.turns}</span>
        {extras.length > 0 && <span class="muted small"> {extras.join(', ')}</span>}
      </td>
      <td data-label="Ended">
        <EndBadge reason={one.reason} />
        {one.rating && <Badge tone={one.rating}>{RATED[one.rating]}</Badge>}
        {one.deadLetters > 0 && <Badge tone="bad">{counted(one.deadLetters, 'event')} given up</Badge>}
      </td>
    </tr>
  )
}

/** There is no full-text search: the index has no words, and what was said is sealed, each session with a key of its own. */
function FindById() {
  const [id, setId] = useState('')
  const find = (event: Event) => {
    event.preventDefault()
    go(linkTo('sessions', id.trim()))
  }
  return (
    <form class="find" onSubmit={find}>
      <input
        aria-label="Session id"
        placeholder="Session id, ses_…"
        pattern="\s*ses_[A-Za-z0-9_]{22,25}\s*"
        title="A session id: ses_ and 22 letters and digits"
        required
        value={id}
        onInput={(event) => setId(event.currentTarget.value)}
      />
      <button type="submit" class="quiet">
        Open
      </button>
    </form>
  )
}

const DAYS = [
  ['', 'Any time'],
  ['1', 'Last 24 hours'],
  ['7', 'Last 7 days'],
  ['30', 'Last 30 days'],
] as const
const COSTS = [
  ['', 'Any cost'],
  ['0.1', '$0.10 and more'],
  ['0.5', '$0.50 and more'],
  ['1', '$1 and more'],
  ['3', '$3 and more'],
] as const

const RATINGS = [['', 'Any or none'], ...Object.entries(RATED)] as const

function Filters({ me, query }: { me: Me; query: URLSearchParams }) {
  const set = (name: string) => (value: string) =>
    go(linkTo('sessions', '', { ...Object.fromEntries(query), [name]: value }))
  const value = (name: string) => query.get(name) ?? ''
  const ends = Object.entries(ENDS).filter(([reason]) => reason !== 'erased')
  return (
    <fieldset class="filters" aria-label="Filters">
      <Select
        label="Agent"
        value={value('agent')}
        choices={[['', 'All agents'], ...me.agents.map(({ id, name }) => [id, name] as const)]}
        onChoose={set('agent')}
      />
      <Select label="Begun" value={value('days')} choices={DAYS} onChoose={set('days')} />
      <Select label="Ended" value={value('reason')} choices={[['', 'Any end'], ...ends]} onChoose={set('reason')} />
      <Select label="Rating" value={value('rating')} choices={RATINGS} onChoose={set('rating')} />
      <Select label="Cost" value={value('minUsd')} choices={COSTS} onChoose={set('minUsd')} />
      <Select
        label="Events"
        value={value('dead')}
        choices={[
          ['', 'Any'],
          ['1', 'Some were given up'],
        ]}
        onChoose={set('dead')}
      />
    </fieldset>
  )
}

export function NoRecords() {
  return (
    <Empty title="This deployment keeps no index of its sessions">
      Lists and plots need a D1 database: put the block <code>[[d1_databases]]</code> of wrangler.toml back and deploy.
      A session whose id you know can be opened all the same.
    </Empty>
  )
}

/** What is asked of the broker. */
function asQuery(query: URLSearchParams): string {
  const asked = new URLSearchParams()
  for (const name of ['agent', 'reason', 'minUsd', 'rating', 'dead']) {
    const value = query.get(name)
    if (value && (name !== 'reason' || isReason(value))) asked.set(name, value)
  }
  const days = Number(query.get('days'))
  // To the minute, so that the same view asks the same.
  if (days > 0) asked.set('from', String(Math.floor((Date.now() - days * 86_400_000) / 60_000) * 60_000))
  return asked.toString()
}

function isReason(text: string): text is EndReason {
  return Object.hasOwn(ENDS, text)
}

function usePages(query: string | null) {
  const [pages, setPages] = useState<SessionList[]>([])
  const [error, setError] = useState<ApiError | null>(null)
  const [isLoading, setLoading] = useState(true)
  const asking = useRef<AbortController | null>(null)
  /** What was asked before and has not come yet does not count any more. */
  const load = async (before: string | null, known: SessionList[]) => {
    asking.current?.abort()
    const abort = new AbortController()
    asking.current = abort
    const { signal } = abort
    setLoading(true)
    setError(null)
    try {
      const asked = new URLSearchParams(query ?? '')
      if (before) asked.set('before', before)
      const page = await get<SessionList>(`/sessions?${asked}`, signal)
      if (!signal.aborted) setPages([...known, page])
    } catch (refusal) {
      if (signal.aborted) return
      noteRefusal(refusal)
      setError(asApiError(refusal))
    }
    if (!signal.aborted) setLoading(false)
  }
  const reload = () => {
    setPages([])
    if (query === null) setLoading(false)
    else void load(null, [])
  }
  useEffect(() => {
    reload()
    return () => asking.current?.abort()
  }, [query])
  return { pages, error, isLoading, reload, more: () => void load(pages.at(-1)?.next ?? null, pages) }
}
