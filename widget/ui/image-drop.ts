/** Pictures that are pasted or dropped, in the panel only: the page beside it keeps its own ways. */
import type { ImageDraft } from './image-draft.ts'

/** The answer stops watching. */
export function watchPanel(panel: HTMLElement | null | undefined, draft: ImageDraft): (() => void) | undefined {
  if (!panel) return undefined
  const listening = new AbortController()
  const { signal } = listening
  const isWelcome = () => draft.ways().includes('file')
  const rest = () => {
    if (draft.state.value === 'dropping') draft.state.value = 'rest'
  }

  panel.addEventListener(
    'paste',
    (event) => {
      const files = filesIn(event.clipboardData)
      if (files.length === 0 || !isWelcome()) return
      event.preventDefault()
      void draft.take(files)
    },
    { signal },
  )
  panel.addEventListener(
    'dragover',
    (event) => {
      if (!event.dataTransfer?.types.includes('Files') || !isWelcome()) return
      // Without it the browser would leave the page for the picture.
      event.preventDefault()
      event.dataTransfer.dropEffect = 'copy'
      if (draft.state.value !== 'preparing') draft.state.value = 'dropping'
    },
    { signal },
  )
  panel.addEventListener(
    'dragleave',
    (event) => {
      if (!(event.relatedTarget instanceof Node && panel.contains(event.relatedTarget))) rest()
    },
    { signal },
  )
  panel.addEventListener(
    'drop',
    (event) => {
      const files = filesIn(event.dataTransfer)
      rest()
      if (files.length === 0 || !isWelcome()) return
      event.preventDefault()
      void draft.take(files)
    },
    { signal },
  )
  return () => listening.abort()
}

function filesIn(data: DataTransfer | null): File[] {
  return [...(data?.files ?? [])]
}
