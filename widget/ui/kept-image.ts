/**
 * A picture that an earlier page has shown and the broker keeps (`images.keep`): asked for when its place in the thread is seen, and let go of
 * with it.
 */
import { useEffect, useState } from 'preact/hooks'
import type { Item } from '../../protocol/item.ts'
import type { PanelModel } from './panel-model.ts'

/** @returns the JPEG; null as long as it is not here, and where it cannot be had: the label tells of it all the same */
export function useKeptImage(
  { conversation, settings }: PanelModel,
  { id, image }: Item,
  place: { readonly current: Element | null },
): Blob | null {
  const [jpeg, setJpeg] = useState<Blob | null>(null)
  const isWanted = image?.kept === true && !conversation.images.value.has(id)
  useEffect(() => {
    if (!isWanted || !place.current) return undefined
    const gone = new AbortController()
    const { signal } = gone
    const ask = async () => {
      const link = conversation.link.peek()
      if (!link) return
      const url = new URL(`/v1/sessions/${link.session}/images/${id}`, settings.peek().broker)
      const response = await fetch(url, { headers: { Authorization: `Bearer ${link.token}` }, signal })
      if (response.ok) setJpeg(await response.blob())
    }
    const eye = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return
      eye.disconnect()
      ask().catch(() => undefined)
    })
    eye.observe(place.current)
    signal.addEventListener('abort', () => eye.disconnect())
    return () => gone.abort()
  }, [isWanted, id])
  return jpeg
}
