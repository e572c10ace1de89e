/** What a page gives to `setContext`: checked, kept, and told when the page has settled. */
import { MAX_CONTEXT } from '../../protocol/page-context.ts'

/** A page that changes quickly is told of when nothing has changed for so long (ms). */
const SETTLED_AFTER_MS = 300

export function createPageContext(tell: (text: string) => void) {
  let text: string | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  const stop = () => clearTimeout(timer)
  const now = () => {
    if (text !== undefined) tell(text)
  }
  return {
    set(data: unknown): void {
      text = contextText(data)
      stop()
      timer = setTimeout(now, SETTLED_AFTER_MS)
    },
    /** There is somebody new to tell. */
    now,
    stop,
  }
}

/**
 * Text stays as it is, everything else becomes JSON; nothing (null, undefined) takes back what was there.
 * @throws TypeError for what JSON cannot say, RangeError for too much: better in the page's own console than lost on the way
 */
export function contextText(data: unknown): string {
  const text: string | undefined = typeof data === 'string' ? data : JSON.stringify(data ?? '')
  if (text === undefined) throw new TypeError('setContext: not JSON')
  if (new Blob([text]).size > MAX_CONTEXT) throw new RangeError(`setContext: over ${MAX_CONTEXT} bytes`)
  return data == null ? '' : text
}
