/** What a view shows: asked for when it opens, again from time to time, and when somebody wants it. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { type ApiError, get } from './api.ts'
import { asApiError, noteRefusal } from './session.ts'

export interface Loaded<T> {
  /** The newest that came; kept while it is asked for again. */
  data: T | null
  error: ApiError | null
  reload: () => void
}

/** @param path null: nothing is asked. @param everyMs how often; only while somebody can see it */
export function useLoad<T>(path: string | null, everyMs?: number): Loaded<T> {
  const [state, setState] = useState<{ path: string | null; data: T | null; error: ApiError | null }>(EMPTY)
  const asking = useRef<AbortController | null>(null)
  const load = useCallback(() => {
    asking.current?.abort()
    if (path === null) return
    const abort = new AbortController()
    asking.current = abort
    const asked = get<T>(path, abort.signal).then(
      (data) => setState({ path, data, error: null }),
      (error: unknown) => {
        if (abort.signal.aborted) return
        noteRefusal(error)
        setState((before) => ({ path, data: before.path === path ? before.data : null, error: asApiError(error) }))
      },
    )
    void asked.finally(() => {
      if (asking.current === abort) asking.current = null
    })
  }, [path])
  useEffect(() => {
    load()
    return () => asking.current?.abort()
  }, [load])
  useEffect(() => {
    if (everyMs === undefined) return
    const timer = setInterval(() => {
      // What takes longer than the interval must not be begun anew for ever.
      if (!document.hidden && asking.current === null) load()
    }, everyMs)
    return () => clearInterval(timer)
  }, [load, everyMs])
  // What belongs to another path is not shown.
  const isCurrent = state.path === path
  return { data: isCurrent ? state.data : null, error: isCurrent ? state.error : null, reload: load }
}

const EMPTY = { path: null, data: null, error: null }
