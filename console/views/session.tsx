/** One session: what was said on its time line, what it cost, and what can be done with it. */
import { useEffect, useState } from 'preact/hooks'
import type { Me, OwnedSession } from '../../protocol/console.ts'
import type { Item } from '../../protocol/item.ts'
import { type ApiError, get, send } from '../lib/api.ts'
import { ago, clock, counted, dateAndTime, usd } from '../lib/format.ts'
import { useLoad } from '../lib/load.ts'
import { go, linkTo } from '../lib/route.ts'
import { asApiError } from '../lib/session.ts'
import { Ask } from '../parts/ask.tsx'
import { AgentName, Badge, Empty, Fact, Head, ProblemBox, Skeleton } from '../parts/basics.tsx'
import { Export } from '../parts/export.tsx'
import { Strip } from '../parts/strip.tsx'
import { TranscriptView } from '../parts/transcript.tsx'

/** While a call lives. */
const EVERY_MS = 4_000

export function SessionView({ me, id }: { me: Me; id: string }) {
  const [isLive, setLive] = useState(false)
  const { data, error, reload } = useLoad<OwnedSession>(
    `/sessions/${encodeURIComponent(id)}`,
    isLive ? EVERY_MS : undefined,
  )
  const { items, problem } = useTranscript(id, data)
  const live = data?.calls.find(({ endedAt }) => endedAt === null)
  useEffect(() => setLive(live !== undefined), [live])
  const agent = me.agents.find((one) => one.id === data?.agent)
  return (
    <>
      <p class="back">
        <a href={linkTo('sessions')}>← Sessions</a>
      </p>
      <Head title="Session">{data && <Actions session={data} live={live?.call} reload={reload} />}</Head>
      <p class="session-id">
        <code>{id}</code>
      </p>
      {error && <Missing error={error} reload={reload} />}
      {!data && !error && <Skeleton lines={8} />}
      {data && (
        <>
          <div class="card">
            <dl class="facts">
              <Fact label="Agent">
                <AgentName name={agent?.name ?? data.agent} accent={agent?.accent} />
              </Fact>
              <Fact label="Begun">{dateAndTime(data.startedAt)}</Fact>
              <Fact label="Website">{data.origin || 'none (a program)'}</Fact>
              <Fact label="Visitor">{data.identified ? 'with a signed identity' : 'anonymous'}</Fact>
              <Fact label="Cost">{usd(data.usd)}</Fact>
              <Fact label="Calls">
                {counted(data.calls.length, 'call')}, {clock(lengthOf(data))}
              </Fact>
              <Fact label="Turns">
                {counted(data.turns, 'turn')}, {counted(data.tools, 'tool')},{' '}
                {counted(data.interruptions, 'interruption')}
              </Fact>
              <Fact label="Erased">
                <span title={dateAndTime(data.erasedAt)}>{ago(data.erasedAt, Date.now())}</span>, unless it goes on
              </Fact>
            </dl>
            {items && <Strip calls={data.calls} items={items} now={data.lastAt} />}
          </div>
          <DeadLetters session={data} reload={reload} />
          {problem && <ProblemBox error={problem} retry={reload} />}
          {!items && !problem && <Skeleton />}
          {items && items.length === 0 && data.calls.length === 0 && (
            <Empty title="Nothing was said">
              The conversation was begun, and nobody has said or typed anything yet.
            </Empty>
          )}
          {items && <TranscriptView session={id} items={items} calls={data.calls} />}
        </>
      )}
    </>
  )
}

function Actions({ session, live, reload }: { session: OwnedSession; live: string | undefined; reload: () => void }) {
  const { session: id } = session
  const end = async () => {
    await send('POST', `/sessions/${id}/calls/${live}/end`)
    reload()
  }
  const erase = async () => {
    await send('DELETE', `/sessions/${id}`)
    go(linkTo('sessions'))
  }
  return (
    <>
      {live && <Badge tone="good">Live</Badge>}
      {live && (
        <Ask
          label="End call"
          title="End this call?"
          text="It is hung up at once. The visitor keeps the conversation and may call again, unless you pause the agent."
          yes="End the call"
          act={end}
        />
      )}
      <Export session={id} />
      <Ask
        label="Erase"
        title="Erase this session?"
        text="The call is hung up, and everything that was said is destroyed with its key. Nobody can bring it back."
        yes="Erase everything"
        isDanger
        act={erase}
      />
    </>
  )
}

function Missing({ error, reload }: { error: ApiError; reload: () => void }) {
  if (error.code !== 'session_not_found') return <ProblemBox error={error} retry={reload} />
  return (
    <Empty title="There is no such session (any more)">
      It was erased by its visitor or here, or its time is over. <a href={linkTo('sessions')}>Back to the list</a>
    </Empty>
  )
}

/** Events that the site owner's server would not take. */
function DeadLetters({ session, reload }: { session: OwnedSession; reload: () => void }) {
  if (session.deadLetters.length === 0) return null
  const resend = async () => {
    await send('POST', `/sessions/${session.session}/dead-letters/resend`)
    reload()
  }
  return (
    <section class="card dead-letters">
      <header>
        <h2>{counted(session.deadLetters.length, 'event')} given up</h2>
        <Ask
          label="Send again"
          title="Send these events again?"
          text="They are tried as if they had just happened, in their order, for two days. Your server may have seen some of them: the ids are the same."
          yes="Send again"
          act={resend}
        />
      </header>
      <ul>
        {session.deadLetters.map(({ id, type, at, cause }) => (
          <li key={id}>
            <code>{type}</code> <span class="muted">{dateAndTime(at)}</span> <Badge tone="bad">{cause}</Badge>
          </li>
        ))}
      </ul>
    </section>
  )
}

function lengthOf({ calls, lastAt }: OwnedSession): number {
  return calls.reduce((sum, { startedAt, endedAt }) => sum + Math.max(0, (endedAt ?? lastAt) - startedAt), 0)
}

interface Page {
  items: Item[]
  next: string | null
}

/** The whole transcript, page after page, again whenever the session is. */
function useTranscript(id: string, session: OwnedSession | null) {
  const [items, setItems] = useState<Item[] | null>(null)
  const [problem, setProblem] = useState<ApiError | null>(null)
  useEffect(() => setItems(null), [id])
  useEffect(() => {
    if (!session) return
    const abort = new AbortController()
    readAll(id, abort.signal).then(
      (all) => {
        setItems(all)
        setProblem(null)
      },
      (error: unknown) => {
        if (!abort.signal.aborted) setProblem(asApiError(error))
      },
    )
    return () => abort.abort()
  }, [id, session])
  return { items, problem }
}

async function readAll(id: string, signal: AbortSignal): Promise<Item[]> {
  const all: Item[] = []
  let next: string | null = '0'
  while (next !== null) {
    const page: Page = await get<Page>(`/sessions/${encodeURIComponent(id)}/transcript?limit=500&after=${next}`, signal)
    all.push(...page.items)
    next = page.next
  }
  return all
}
