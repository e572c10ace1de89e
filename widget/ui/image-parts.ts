/** The parts of the panel that only pictures need: one file, fetched when it is wanted (load-image-parts.ts). */
import { ImageButton } from './image-button.tsx'
import { ImageShown } from './image-shown.tsx'
import { ImageTray } from './image-tray.tsx'

export const imageParts = { Button: ImageButton, Shown: ImageShown, Tray: ImageTray }
