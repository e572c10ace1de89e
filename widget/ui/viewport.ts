/** Keeps the full-height sheet above the on-screen keyboard, which covers fixed elements instead of shrinking them. */

/** Follows the visible part of the window while the panel is open. Returns what stops it. */
export function watchViewport(target: HTMLElement, viewport = globalThis.visualViewport): () => void {
  if (!viewport) return () => undefined
  const follow = () => {
    // Pinch zoom shrinks the visible part too, but then the visitor looks closer and nothing should move.
    if (viewport.scale > 1.01) return
    target.style.setProperty('--visible-height', `${Math.round(viewport.height)}px`)
    target.style.setProperty('--visible-top', `${Math.round(viewport.offsetTop)}px`)
  }
  // With the frame: to ask now would make the browser lay out everything, and then once more.
  const frame = requestAnimationFrame(follow)
  viewport.addEventListener('resize', follow)
  viewport.addEventListener('scroll', follow)
  return () => {
    cancelAnimationFrame(frame)
    viewport.removeEventListener('resize', follow)
    viewport.removeEventListener('scroll', follow)
  }
}
