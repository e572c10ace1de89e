/** Components that only some visitors need, each a file of its own that is fetched when it is first wanted. */
import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'

/** Pauses (ms) between tries while it is wanted; the last one again and again. */
const PAUSES_MS = [1_000, 3_000, 10_000]

/**
 * Shows nothing until the file has come. One that cannot be fetched is asked for again and again, as long as it is wanted.
 * @param Missing shown meanwhile where nothing would leave the visitor without a way on
 */
export function lazy<P extends object>(
  load: () => Promise<ComponentType<P>>,
  Missing?: ComponentType<P>,
): (props: P) => preact.JSX.Element | null {
  let Loaded: ComponentType<P> | undefined
  return function Lazy(props) {
    const [failures, setFailures] = useState(0)
    useEffect(() => {
      if (Loaded) return
      let timer: ReturnType<typeof setTimeout> | undefined
      const attempt = () =>
        load().then(
          (loaded) => {
            Loaded = loaded
            setFailures(-1)
          },
          () => setFailures(failures + 1),
        )
      if (failures === 0) void attempt()
      else timer = setTimeout(attempt, PAUSES_MS[Math.min(failures, PAUSES_MS.length) - 1])
      return () => clearTimeout(timer)
    }, [failures])
    if (Loaded) return <Loaded {...props} />
    return Missing && failures > 0 ? <Missing {...props} /> : null
  }
}
