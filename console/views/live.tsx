/** What is going on right now. */
import { useEffect, useState } from 'preact/hooks'
import type { LiveCall, LiveCalls, Me } from '../../protocol/console.ts'
import { send } from '../lib/api.ts'
import { ago, clock, counted, shortId, usd } from '../lib/format.ts'
import { useLoad } from '../lib/load.ts'
import { linkTo } from '../lib/route.ts'
import { LAST, PATHS } from '../lib/words.ts'
import { Ask } from '../parts/ask.tsx'
import { AgentName, Badge, Empty, Head, ProblemBox, Skeleton } from '../parts/basics.tsx'

const EVERY_MS = 4_000

export function LiveView({ me }: { me: Me }) {
  const { data, error, reload } = useLoad<LiveCalls>('/calls', EVERY_MS)
  const now = useNow()
  return (
    <>
      <Head title="Live calls">
        {data && <span class="live-count">{counted(data.calls.length + data.more, 'call')} now</span>}
      </Head>
      {error && <ProblemBox error={error} retry={reload} />}
      {!data && !error && <Skeleton />}
      {data?.calls.length === 0 && (
        <Empty title="Nobody is talking right now">
          A call appears here as soon as a visitor starts one. Is the widget on your website yet? Its script tag is in
          the README; what has been said is under <a href={linkTo('sessions')}>Sessions</a>.
        </Empty>
      )}
      {data && data.calls.length > 0 && (
        <div class="card table-card">
          <table class="list">
            <thead>
              <tr>
                <th scope="col">Agent</th>
                <th scope="col">For</th>
                <th scope="col">Cost</th>
                <th scope="col">Path</th>
                <th scope="col">Last event</th>
                <th scope="col">Session</th>
                <th scope="col">
                  <span class="hidden">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {data.calls.map((call) => (
                <LiveRow key={call.call} call={call} me={me} now={now} reload={reload} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {data && data.more > 0 && <p class="muted">And {counted(data.more, 'more call')}, which were not asked.</p>}
      {data && data.silent > 0 && (
        <p class="muted">{counted(data.silent, 'object')} did not answer: there may be more.</p>
      )}
    </>
  )
}

function LiveRow({ call, me, now, reload }: { call: LiveCall; me: Me; now: number; reload: () => void }) {
  const agent = me.agents.find(({ id }) => id === call.agent)
  const end = async () => {
    await send('POST', `/sessions/${call.session}/calls/${call.call}/end`)
    reload()
  }
  return (
    <tr>
      <td data-label="Agent">
        <AgentName name={agent?.name ?? call.agent} accent={agent?.accent} />
      </td>
      <td data-label="For" class="number">
        {clock(now - call.startedAt)}
      </td>
      <td data-label="Cost" class="number">
        {usd(call.usd)}
      </td>
      <td data-label="Path">{PATHS[call.path]}</td>
      <td data-label="Last event">
        <Badge tone={call.last === 'opening' ? 'plain' : 'good'}>{LAST[call.last]}</Badge>{' '}
        <span class="muted">{ago(call.lastAt, now)}</span>
      </td>
      <td data-label="Session">
        <a href={linkTo('sessions', call.session)}>
          <code>{shortId(call.session)}</code>
        </a>
      </td>
      <td class="row-actions">
        <Ask
          label="End"
          title="End this call?"
          text="It is hung up at once. The visitor keeps the conversation and may call again, unless you pause the agent."
          yes="End the call"
          isDanger
          act={end}
        />
      </td>
    </tr>
  )
}

/** ms since 1970, new each second. */
function useNow(): number {
  const [now, setNow] = useState(Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  return now
}
