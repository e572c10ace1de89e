/** Small things that every view is made of. */
import type { ComponentChildren, TargetedEvent } from 'preact'
import type { EndReason } from '../../protocol/frames.ts'
import type { ApiError } from '../lib/api.ts'
import { ENDS, type Tone, toneOf } from '../lib/words.ts'

export function Head({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <header class="head">
      <h1>{title}</h1>
      <div class="head-actions">{children}</div>
    </header>
  )
}

export function Badge({ tone, children }: { tone: Tone; children: ComponentChildren }) {
  return <span class={`badge ${tone}`}>{children}</span>
}

export function EndBadge({ reason }: { reason: EndReason | null }) {
  return reason === null ? <Badge tone="plain">–</Badge> : <Badge tone={toneOf(reason)}>{ENDS[reason]}</Badge>
}

/** Nothing to show yet: why, and what to do. */
export function Empty({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      <p>{children}</p>
    </div>
  )
}

export function ProblemBox({ error, retry }: { error: ApiError; retry?: () => void }) {
  return (
    <div class="problem" role="alert">
      <p class="problem-title">{error.title}</p>
      {error.todo && <p>{error.todo}</p>}
      {retry && (
        <button type="button" class="quiet" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  )
}

/** Grey lines where something will be. */
export function Skeleton({ lines = 4 }: { lines?: number }) {
  return (
    <div class="skeleton" role="status">
      <span class="hidden">Loading</span>
      {Array.from({ length: lines }, (_, n) => (
        <div key={n} />
      ))}
    </div>
  )
}

export function Fact({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <div class="fact">
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  )
}

/** How much of a cap is used. */
export function Meter({ label, used, of, text }: { label: string; used: number; of: number; text: string }) {
  const share = of > 0 ? Math.min(1, used / of) : 0
  const tone = share >= 1 ? 'bad' : share >= 0.8 ? 'warning' : 'good'
  return (
    <div class="meter">
      <div class="meter-text">
        <span>{label}</span>
        <span class="number">{text}</span>
      </div>
      <div class={`meter-bar ${tone}`} aria-hidden="true">
        <div style={{ width: `${share * 100}%` }} />
      </div>
    </div>
  )
}

export function AgentName({ name, accent }: { name: string; accent?: string | undefined }) {
  return (
    <span class="agent-name">
      <span class="dot" style={accent ? { background: accent } : {}} />
      {name}
    </span>
  )
}

type Choices = readonly (readonly [value: string, label: string])[]

export function Select({ label, value, choices, onChoose }: SelectProps) {
  const choose = (event: TargetedEvent<HTMLSelectElement>) => onChoose(event.currentTarget.value)
  return (
    <label class="field">
      <span>{label}</span>
      <select value={value} onChange={choose}>
        {choices.map(([one, words]) => (
          <option key={one} value={one}>
            {words}
          </option>
        ))}
      </select>
    </label>
  )
}

interface SelectProps {
  label: string
  value: string
  choices: Choices
  onChoose: (value: string) => void
}
