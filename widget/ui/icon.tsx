import { PANEL_ICONS, type PanelIconName } from './panel-icons.ts'

export function Icon({ name }: { name: PanelIconName }) {
  return <Shape d={PANEL_ICONS[name]} />
}

/** @param d path data on a 24 × 24 grid */
export function Shape({ d }: { d: string }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true">
      <path d={d} />
    </svg>
  )
}
