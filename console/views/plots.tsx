/** How it goes: a day, a week or a month in plots. */
import type { Me, Plots, Range } from '../../protocol/console.ts'
import { count, counted, duration, percent, usd } from '../lib/format.ts'
import { useLoad } from '../lib/load.ts'
import { go, linkTo } from '../lib/route.ts'
import { CONTINENTS } from '../lib/words.ts'
import { Head, ProblemBox, Select, Skeleton } from '../parts/basics.tsx'
import { Plot } from '../parts/plot.tsx'
import { NoRecords } from './sessions.tsx'

const EVERY_MS = 60_000
const RANGES: readonly (readonly [Range, string])[] = [
  ['24h', '24 hours'],
  ['7d', '7 days'],
  ['30d', '30 days'],
]

export function PlotsView({ me, query }: { me: Me; query: URLSearchParams }) {
  const agent = query.get('agent') ?? ''
  const range = RANGES.find(([one]) => one === query.get('range'))?.[0] ?? '24h'
  const path = `/plots?${new URLSearchParams({ range, ...(agent ? { agent } : {}) })}`
  const { data, error, reload } = useLoad<Plots>(me.records ? path : null, EVERY_MS)
  const show = (change: { agent?: string; range?: string }) => go(linkTo('plots', '', { agent, range, ...change }))
  return (
    <>
      <Head title="Plots" />
      {!me.records && <NoRecords />}
      {me.records && (
        <fieldset class="filters" aria-label="What is shown">
          <Select
            label="Agent"
            value={agent}
            choices={[['', 'All agents'], ...me.agents.map(({ id, name }) => [id, name] as const)]}
            onChoose={(value) => show({ agent: value })}
          />
          <Select label="Time" value={range} choices={RANGES} onChoose={(value) => show({ range: value })} />
        </fieldset>
      )}
      {error && <ProblemBox error={error} retry={reload} />}
      {me.records && !data && !error && <Skeleton lines={10} />}
      {data && <Grid plots={data} />}
    </>
  )
}

function Grid({ plots }: { plots: Plots }) {
  const { times, stepMs, usd: costs } = plots
  const shared = { times, stepMs }
  const spent = Object.values(costs).reduce((sum, part) => sum + total(part), 0)
  const calls = total(plots.calls)
  const rated = total(plots.ratings.good) + total(plots.ratings.bad)
  return (
    <div class="plots">
      <Plot
        {...shared}
        title="Calls"
        sum={count(calls)}
        kind="bars"
        format={count}
        lines={[{ label: 'Calls', values: plots.calls, tone: 1 }]}
      />
      <Plot
        {...shared}
        title="Minutes"
        sum={count(total(plots.minutes))}
        kind="bars"
        format={count}
        lines={[{ label: 'Minutes', values: plots.minutes, tone: 2 }]}
      />
      <Plot
        {...shared}
        title="Cost"
        sum={usd(spent)}
        hint={calls > 0 ? `${usd(spent / calls)} a call` : ''}
        kind="stacked"
        format={usd}
        lines={[
          { label: 'Audio', values: costs.audio, tone: 1 },
          { label: 'Text', values: costs.text, tone: 2 },
          { label: 'Images', values: costs.image, tone: 3 },
          { label: 'Writing down', values: costs.words, tone: 4 },
          { label: 'Estimated', values: costs.rest, tone: 5 },
        ]}
      />
      <Plot
        {...shared}
        title="Cached share of input"
        sum={lastOf(plots.cachedShare, percent)}
        hint="of the tokens, the newest step"
        format={percent}
        lines={[{ label: 'Cached', values: plots.cachedShare, tone: 2 }]}
      />
      <Plot
        {...shared}
        title="Connect time"
        sum={lastOf(plots.connectMs.p50, duration)}
        hint="from the request until the visitor may speak, p50 of the newest step"
        format={duration}
        lines={[
          { label: 'p50', values: plots.connectMs.p50, tone: 1 },
          { label: 'p95', values: plots.connectMs.p95, tone: 3 },
        ]}
      />
      <Plot
        {...shared}
        title="Tool time"
        sum={lastOf(plots.toolMs.p50, duration)}
        hint="from a tool’s call to its result, p50 of the newest step"
        format={duration}
        lines={[
          { label: 'p50', values: plots.toolMs.p50, tone: 1 },
          { label: 'p95', values: plots.toolMs.p95, tone: 3 },
        ]}
      />
      <Plot
        {...shared}
        title="Error rate"
        sum={lastOf(plots.errorRate, percent)}
        hint="calls whose connection broke or that the provider refused, the newest step"
        format={percent}
        lines={[{ label: 'Errors', values: plots.errorRate, tone: 3 }]}
      />
      <Plot
        {...shared}
        title="Reconnects per call"
        sum={lastOf(plots.reconnectsPerCall, twoDigits)}
        hint="the newest step"
        format={twoDigits}
        lines={[{ label: 'Reconnects', values: plots.reconnectsPerCall, tone: 4 }]}
      />
      <Plot
        {...shared}
        title="Left after a tool"
        sum={count(total(plots.leftAfterTool))}
        hint="visitors who went within 30 s of a tool call"
        kind="bars"
        format={count}
        lines={[{ label: 'Visitors', values: plots.leftAfterTool, tone: 4 }]}
      />
      <Plot
        {...shared}
        title="Ratings"
        sum={rated > 0 ? `${percent(total(plots.ratings.good) / rated)} good` : '–'}
        hint={`of ${counted(rated, 'rating')}, in the step in which the conversation began`}
        kind="stacked"
        format={count}
        lines={[
          { label: 'Good', values: plots.ratings.good, tone: 2 },
          { label: 'Bad', values: plots.ratings.bad, tone: 3 },
        ]}
      />
      <Plot
        {...shared}
        title="Image cost"
        sum={usd(total(costs.image))}
        kind="bars"
        format={usd}
        lines={[{ label: 'Images', values: costs.image, tone: 3 }]}
      />
      <Regions regions={plots.regions} />
    </div>
  )
}

function Regions({ regions }: Pick<Plots, 'regions'>) {
  return (
    <section class="card plot">
      <h2>Connect time by region</h2>
      {regions.length === 0 && <p class="plot-empty">Nothing in this time</p>}
      {regions.length > 0 && (
        <table class="small-table">
          <thead>
            <tr>
              <th scope="col">Visitors in</th>
              <th scope="col">Calls</th>
              <th scope="col">p50</th>
              <th scope="col">p95</th>
            </tr>
          </thead>
          <tbody>
            {regions.map(({ region, calls, p50, p95 }) => (
              <tr key={region}>
                <th scope="row">{CONTINENTS[region] ?? region}</th>
                <td>{count(calls)}</td>
                <td>{duration(p50)}</td>
                <td>{duration(p95)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}

function twoDigits(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 2 })
}

/** The newest step in which there was something. */
function lastOf(values: readonly (number | null)[], format: (value: number) => string): string {
  const last = values.findLast((value) => value !== null)
  return last === null || last === undefined ? '–' : format(last)
}
