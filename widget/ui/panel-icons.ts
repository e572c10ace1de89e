/** The icons that only the panel needs; see icons.ts. */
import { ICONS } from './icons.ts'

export const PANEL_ICONS = {
  ...ICONS,
  minimise: 'M6 9l6 6 6-6',
  mic: 'M12 3a3 3 0 0 0-3 3v6a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3zM6 11a6 6 0 0 0 12 0M12 17v4',
  hangUp: 'M3.5 14.5c0-7 17-7 17 0v2l-5-1v-2.5a10 10 0 0 0-7 0v2.5l-5 1z',
  send: 'M12 19V5M6 11l6-6 6 6',
  more: 'M4.5 12h1M11.5 12h1M18.5 12h1',
  stop: 'M7 7h10v10H7z',
  down: 'M12 5v14M6 13l6 6 6-6',
  alert: 'M12 8v5M12 16.5v.01M12 3l9.5 17h-19z',
  keyboard: 'M4 6h16v12H4zM8 10h.01M12 10h.01M16 10h.01M8 14h8',
  sound: 'M4 10v4h4l5 4V6L8 10zM17 9a4 4 0 0 1 0 6M19.5 6.5a8 8 0 0 1 0 11',
} as const

export type PanelIconName = keyof typeof PANEL_ICONS
