/** The parts of the panel that only pictures need: one file, fetched when it is wanted (load-image-parts.ts). */
export { ImageButton as Button } from './image-button.tsx'
export { ImageShown as Shown } from './image-shown.tsx'
export { ImageTray as Tray } from './image-tray.tsx'
