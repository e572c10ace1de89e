/** Draws with uPlot, in the colours of the page. */
import uPlot from 'uplot'

export interface Line {
  label: string
  values: readonly (number | null)[]
  /** Number of a colour in style/tokens.css. */
  tone: 1 | 2 | 3 | 4 | 5
}

interface Drawing {
  times: readonly number[]
  stepMs: number
  lines: readonly Line[]
  format: (value: number) => string
  kind: 'lines' | 'bars' | 'stacked'
}

/** Wide enough for `$1,000` and `12.5 s` (px). */
const AXIS_WIDTH = 52
/** Share of a step that its bar takes, and the widest bar (px). */
const BAR: [number, number] = [0.72, 36]

export function drawPlot(element: HTMLElement, drawing: Drawing): uPlot {
  const { times, lines, kind } = drawing
  const style = getComputedStyle(element)
  const colour = (name: string) => style.getPropertyValue(name).trim()
  // Of a stack the sum of all is drawn first and the first part last, over it.
  const shown = kind === 'stacked' ? stack(lines).reverse() : lines
  const bars = kind === 'lines' ? undefined : uPlot.paths.bars?.({ size: BAR, radius: 0.15, align: 1 })
  const series = shown.map(({ label, tone }): uPlot.Series => {
    const stroke = colour(`--plot-${tone}`)
    if (bars) return { label, stroke, fill: stroke, width: 0, paths: bars, points: { show: false } }
    return { label, stroke, width: 2, spanGaps: false, points: { show: true, size: 5, fill: stroke, width: 0 } }
  })
  const options: uPlot.Options = {
    width: element.clientWidth,
    height: element.clientHeight,
    legend: { show: false },
    cursor: { show: false },
    padding: [8, 8, 0, 0],
    scales: {
      x: { time: true, range: [seconds(times[0] ?? 0), seconds((times.at(-1) ?? 0) + drawing.stepMs)] },
      y: { range: rangeOf },
    },
    axes: axes(drawing, colour),
    series: [{}, ...series],
  }
  const data = [times.map(seconds), ...shown.map(({ values }) => [...values])] as uPlot.AlignedData
  return new uPlot(options, data, element)
}

function axes({ format }: Drawing, colour: (name: string) => string): uPlot.Axis[] {
  const common: uPlot.Axis = {
    stroke: colour('--muted'),
    font: '12px system-ui, sans-serif',
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
  }
  return [
    { ...common, grid: { show: false }, space: 64, size: 46, gap: 10, values: TIME_WORDS },
    { ...common, size: AXIS_WIDTH, space: 36, values: (_, splits) => splits.map(format) },
  ]
}

/** From nothing to a little above the most. */
function rangeOf(_: uPlot, __: number, most: number): [number, number] {
  return [0, most > 0 ? most * 1.1 : 1]
}

/** Each line becomes the sum of itself and those before it. */
function stack(lines: readonly Line[]): Line[] {
  return lines.map((line, n) => ({
    ...line,
    values: line.values.map((_, step) =>
      lines.slice(0, n + 1).reduce((sum, { values }) => sum + (values[step] ?? 0), 0),
    ),
  }))
}

function seconds(ms: number): number {
  return ms / 1000
}

/** 24-hour times, dates where a day begins. */
const TIME_WORDS: uPlot.Axis.Values = [
  [86_400, '{D} {MMM}', null, null, null, null, null, null, 1],
  [3600, '{HH}:{mm}', '\n{D} {MMM}', null, null, null, null, null, 1],
  [60, '{HH}:{mm}', '\n{D} {MMM}', null, null, null, null, null, 1],
]
