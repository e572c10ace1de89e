import { useEffect, useState } from 'preact/hooks'
import type { Language } from './language.ts'
import { formatElapsed, isoDuration } from './time.ts'

export interface ElapsedProps {
  /** ms since 1970 */
  since: number | null
  label: string
  language: Language
}

/** How long the call runs, ticking. */
export function Elapsed({ since, label, language }: ElapsedProps) {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (since === null) return
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [since])
  if (since === null) return null
  return (
    <time class="elapsed" title={label} dateTime={isoDuration(now - since)}>
      {formatElapsed(now - since, language)}
    </time>
  )
}
