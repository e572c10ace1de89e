import { PANEL_ICONS, type PanelIconName } from './panel-icons.ts'

export function Icon({ name }: { name: PanelIconName }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true">
      <path d={PANEL_ICONS[name]} />
    </svg>
  )
}
