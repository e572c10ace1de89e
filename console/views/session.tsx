/** One session: what was said on its time line, what it cost, and what can be done with it. */
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Me, OwnedSession } from '../../protocol/console.ts'
import type { Item } from '../../protocol/item.ts'
import { type ApiError, get, send } from '../lib/api.ts'
import { ago, clock, counted, dateAndTime, usd } from '../lib/format.ts'
import { useLoad } from '../lib/load.ts'
import { go, linkTo } from '../lib/route.ts'
import { asApiError } from '../lib/session.ts'
import { RATED } from '../lib/words.ts'
import { Ask } from '../parts/ask.tsx'
import { AgentName, Badge, Empty, Fact, Head, ProblemBox, Skeleton } from '../parts/basics.tsx'
import { DeadLetters } from '../parts/dead-letters.tsx'
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
              {data.consents.length > 0 && <Fact label="Agreed">{data.consents.map(agreement)}</Fact>}
              {data.rating && (
                <Fact label="Rating">
                  <Badge tone={data.rating.score}>{RATED[data.rating.score]}</Badge> {dateAndTime(data.rating.at)}
                </Fact>
              )}
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
          <DeadLetters
            letters={data.deadLetters}
            resend={`/sessions/${data.session}/dead-letters/resend`}
            reload={reload}
          />
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

/** To which wording, and when: the whole version is the title, since a hash is long. */
function agreement({ version, at, lang }: OwnedSession['consents'][number]) {
  return (
    <div key={version + at} title={version}>
      {dateAndTime(at)} to <code>{version.slice(0, 12)}</code>
      {lang && `, ${lang}`}
    </div>
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
  const reading = useRef<{ again: boolean; abort: AbortController } | null>(null)
  /** One at a time: a long one that began anew with each look at the session would never come to its end. */
  const read = async () => {
    if (reading.current) {
      reading.current.again = true
      return
    }
    const mine = { again: false, abort: new AbortController() }
    reading.current = mine
    try {
      const all = await readAll(id, mine.abort.signal)
      if (mine.abort.signal.aborted) return
      setItems(all)
      setProblem(null)
    } catch (error) {
      if (!mine.abort.signal.aborted) setProblem(asApiError(error))
    }
    if (reading.current !== mine) return
    reading.current = null
    if (mine.again) void read()
  }
  useEffect(
    () => () => {
      reading.current?.abort.abort()
      reading.current = null
      setItems(null)
    },
    [id],
  )
  useEffect(() => {
    if (session) void read()
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
