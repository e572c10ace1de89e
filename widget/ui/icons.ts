/** Icons as path data on a 24 × 24 grid, drawn with a 2 px stroke by loader and panel alike. */
export const ICONS = {
  /** A voice: five bars. */
  voice: 'M4 10v4M8 7v10M12 4v16M16 7v10M20 10v4',
  text: 'M5 5h14a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-7l-5 4v-4H5a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2z',
  close: 'M6 6l12 12M18 6L6 18',
  micOff:
    'M4 4l16 16M9 9v3a3 3 0 0 0 4.5 2.6M15 11V6a3 3 0 0 0-5.7-1.3M6 11a6 6 0 0 0 9 5.2M18 11a6 6 0 0 1-.6 2.6M12 17v4',
  retry: 'M20 11a8 8 0 1 0-2.3 6.3M20 5v6h-6',
} as const

export type IconName = keyof typeof ICONS
