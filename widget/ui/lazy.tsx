/** Components that only some visitors need, each a file of its own that is fetched when it is first wanted. */
import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'

/** Shows nothing until the file has come. One that cannot be fetched is asked for again when it is wanted again. */
export function lazy<P extends object>(load: () => Promise<ComponentType<P>>): (props: P) => preact.JSX.Element | null {
  let Loaded: ComponentType<P> | undefined
  return function Lazy(props) {
    const [, redraw] = useState(0)
    useEffect(() => {
      if (Loaded) return
      load().then(
        (loaded) => {
          Loaded = loaded
          redraw(1)
        },
        () => undefined,
      )
    }, [])
    return Loaded ? <Loaded {...props} /> : null
  }
}
