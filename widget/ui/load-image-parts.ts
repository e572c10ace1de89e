/** What pictures need is fetched for agents that take them, and for conversations in which some were shown. */
import { effect, type ReadonlySignal, signal } from '@preact/signals'
import type { Conversation } from '../client/types.ts'

export type ImageParts = typeof import('./image-parts.ts').imageParts

export function loadImageParts({ face, items }: Pick<Conversation, 'face' | 'items'>) {
  const parts = signal<ImageParts | null>(null)
  let isLoading = false
  const stop = effect(() => {
    const isWanted = (face.value?.images.length ?? 0) > 0 || items.value.some(({ image }) => image)
    if (!isWanted || isLoading || parts.peek()) return
    isLoading = true
    import('./image-parts.ts')
      .then(({ imageParts }) => {
        parts.value = imageParts
      })
      // What cannot be fetched now is asked for again with the next item: until then there are no pictures.
      .catch(() => {
        isLoading = false
      })
  })
  return { parts: parts as ReadonlySignal<ImageParts | null>, stop }
}
