/** Follows the loudness of the call on animation frames and hands it to the stylesheet. */
import type { RefObject } from 'preact'
import { useLayoutEffect } from 'preact/hooks'
import type { Conversation } from '../client/types.ts'

/** Share of the way to a louder, and to a softer level, per frame: meters jump up and sink slowly. */
const RISE = 0.55
const FALL = 0.12

/**
 * Sets `--input` and `--output` (0…1) on the element while `active`. As properties of the element's style object,
 * which a strict CSP allows, and without rendering anything anew.
 */
export function useLevels(ref: RefObject<HTMLElement | null>, conversation: Conversation, active: boolean): void {
  useLayoutEffect(() => {
    const target = ref.current
    if (!active || !target) return
    const shown = { input: 0, output: 0 }
    let frame = requestAnimationFrame(function draw() {
      const now = conversation.levels()
      for (const side of ['input', 'output'] as const) {
        shown[side] += (now[side] - shown[side]) * (now[side] > shown[side] ? RISE : FALL)
        target.style.setProperty(`--${side}`, shown[side].toFixed(3))
      }
      frame = requestAnimationFrame(draw)
    })
    return () => {
      cancelAnimationFrame(frame)
      for (const side of ['input', 'output']) target.style.removeProperty(`--${side}`)
    }
  }, [ref, conversation, active])
}
