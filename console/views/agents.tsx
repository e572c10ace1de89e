/** The assistants: limits, what is spent of them today, and the switch that pauses one. */
import type { ConsoleAgents, Me } from '../../protocol/console.ts'
import { send } from '../lib/api.ts'
import { clock, counted, usd } from '../lib/format.ts'
import { useLoad } from '../lib/load.ts'
import { linkTo } from '../lib/route.ts'
import { Ask } from '../parts/ask.tsx'
import { AgentName, Badge, Empty, Fact, Head, Meter, ProblemBox, Skeleton } from '../parts/basics.tsx'
import { DeadLetters } from '../parts/dead-letters.tsx'

type OneAgent = ConsoleAgents['agents'][number]

const EVERY_MS = 15_000

export function AgentsView({ me }: { me: Me }) {
  const { data, error, reload } = useLoad<ConsoleAgents>('/agents', EVERY_MS)
  return (
    <>
      <Head title="Agents" />
      {error && <ProblemBox error={error} retry={reload} />}
      {!data && !error && <Skeleton lines={6} />}
      {data?.agents.length === 0 && data.silent === 0 && (
        <Empty title="There is no agent yet">Add a file to agents/ and a line to agents/index.ts, then deploy.</Empty>
      )}
      <div class="agents">
        {data?.agents.map((agent) => (
          <AgentCard
            key={agent.id}
            agent={agent}
            accent={me.agents.find(({ id }) => id === agent.id)?.accent}
            reload={reload}
          />
        ))}
      </div>
      {data && data.silent > 0 && (
        <p class="muted">{counted(data.silent, 'agent')} did not answer, and will be asked again.</p>
      )}
      {data && (
        <p class="muted">
          Everything else of an agent is in its file in <code>agents/</code>, and changes with a deploy.
        </p>
      )}
    </>
  )
}

function AgentCard({ agent, accent, reload }: { agent: OneAgent; accent: string | undefined; reload: () => void }) {
  const { id, name, spending, limits, paused } = agent
  const setPaused = async (wanted: boolean) => {
    await send('PUT', `/agents/${id}/paused`, { paused: wanted })
    reload()
  }
  const held = spending.held > 0 ? `, ${usd(spending.held)} set aside` : ''
  return (
    <section class="card agent">
      <header>
        <h2>
          <AgentName name={name} accent={accent} />
        </h2>
        <Badge tone={paused ? 'warning' : 'good'}>{paused ? 'Paused' : 'Open'}</Badge>
      </header>
      <Meter
        label="Today"
        used={spending.day + spending.held}
        of={limits.dayUsd}
        text={`${usd(spending.day)} of ${usd(limits.dayUsd)}${held}`}
      />
      {limits.monthUsd === null ? (
        <p class="muted number">This month {usd(spending.month)}, no cap</p>
      ) : (
        <Meter
          label="This month"
          used={spending.month + spending.held}
          of={limits.monthUsd}
          text={`${usd(spending.month)} of ${usd(limits.monthUsd)}`}
        />
      )}
      <Meter
        label="Calls now"
        used={agent.liveCalls}
        of={limits.concurrentCalls}
        text={`${agent.liveCalls} of ${limits.concurrentCalls}`}
      />
      <dl class="facts">
        <Fact label="A call">
          {limits.callSeconds >= 3600 ? 'no time cap' : clock(limits.callSeconds * 1000)}, {usd(limits.callUsd)}
        </Fact>
        <Fact label="A session">{usd(limits.sessionUsd)}</Fact>
        <Fact label="A visitor’s day">{limits.visitorDayUsd === null ? 'no cap' : usd(limits.visitorDayUsd)}</Fact>
        <Fact label="Kept for">{agent.retentionDays === 0 ? 'minutes' : counted(agent.retentionDays, 'day')}</Fact>
        <Fact label="Model">
          {agent.model}, {agent.voice}
        </Fact>
        <Fact label="Tools">{agent.tools.join(', ') || 'none'}</Fact>
        <Fact label="Websites">{agent.origins.join(', ')}</Fact>
      </dl>
      <DeadLetters letters={agent.deadLetters} resend={`/agents/${id}/dead-letters/resend`} reload={reload} />
      <footer>
        <a href={linkTo('sessions', '', { agent: id })}>Sessions</a>
        <a href={linkTo('plots', '', { agent: id })}>Plots</a>
        {paused ? (
          <Ask
            label="Resume"
            title={`Resume ${name}?`}
            text="Visitors can start conversations and calls again at once."
            yes="Resume"
            act={() => setPaused(false)}
          />
        ) : (
          <Ask
            label="Pause"
            title={`Pause ${name}?`}
            text="No conversation and no call begins any more, until you resume it; visitors are told to come back later. What is live goes on: end it under Live calls."
            yes="Pause"
            act={() => setPaused(true)}
          />
        )}
      </footer>
    </section>
  )
}
