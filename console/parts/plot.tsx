/** One plot with the number that sums it up, and the same as a table for whoever cannot see it or wants the numbers. */
import { useEffect, useRef } from 'preact/hooks'
import type uPlot from 'uplot'
import { drawPlot, type Line } from './draw.ts'

export interface PlotProps {
  title: string
  /** The whole range in one number. */
  sum: string
  hint?: string
  /** Begin of each step, ms since 1970. */
  times: readonly number[]
  stepMs: number
  lines: readonly Line[]
  format: (value: number) => string
  /** `bars`: something is counted in each step. `stacked`: its parts, one on the other. */
  kind?: 'lines' | 'bars' | 'stacked'
}

export function Plot({ title, sum, hint, times, stepMs, lines, format, kind = 'lines' }: PlotProps) {
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = place.current
    if (!element) return
    let plot: uPlot | null = null
    const draw = () => {
      plot?.destroy()
      plot = drawPlot(element, { times, stepMs, lines, format, kind })
    }
    draw()
    const resizing = new ResizeObserver(() =>
      plot?.setSize({ width: element.clientWidth, height: element.clientHeight }),
    )
    resizing.observe(element)
    const dark = matchMedia('(prefers-color-scheme: dark)')
    dark.addEventListener('change', draw)
    return () => {
      resizing.disconnect()
      dark.removeEventListener('change', draw)
      plot?.destroy()
    }
  }, [times, stepMs, lines, format, kind])
  const isEmpty = lines.every(({ values }) => values.every((value) => !value))
  return (
    <section class="card plot">
      <h2>{title}</h2>
      <p class="plot-sum number">{sum}</p>
      {hint && <p class="plot-hint">{hint}</p>}
      {isEmpty && <p class="plot-empty">Nothing in this time</p>}
      <div class="plot-place" ref={place} aria-hidden="true" hidden={isEmpty} />
      {!isEmpty && <Legend lines={lines} />}
      {!isEmpty && <Numbers title={title} times={times} lines={lines} format={format} />}
    </section>
  )
}

function Legend({ lines }: Pick<PlotProps, 'lines'>) {
  if (lines.length < 2) return null
  return (
    <ul class="legend">
      {lines.map(({ label, tone }) => (
        <li key={label}>
          <span class={`swatch tone-${tone}`} />
          {label}
        </li>
      ))}
    </ul>
  )
}

function Numbers({ title, times, lines, format }: Pick<PlotProps, 'title' | 'times' | 'lines' | 'format'>) {
  const when = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' })
  const said = times.flatMap((time, n) => (lines.some(({ values }) => values[n]) ? [{ time, n }] : []))
  return (
    <details class="numbers">
      <summary>
        Numbers<span class="hidden"> of {title}</span>
      </summary>
      <table>
        <thead>
          <tr>
            <th scope="col">From</th>
            {lines.map(({ label }) => (
              <th scope="col" key={label}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {said.map(({ time, n }) => (
            <tr key={time}>
              <th scope="row">{when.format(time)}</th>
              {lines.map(({ label, values }) => {
                const value = values[n]
                return <td key={label}>{value === null || value === undefined ? '–' : format(value)}</td>
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  )
}
