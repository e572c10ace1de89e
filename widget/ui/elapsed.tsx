import { useEffect, useState } from 'preact/hooks'
import { formatElapsed, isoDuration } from './time.ts'

/** How long the call runs, ticking. @param since ms since 1970 */
export function Elapsed({ since, label }: { since: number | null; label: string }) {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (since === null) return
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [since])
  if (since === null) return null
  return (
    <time class="elapsed" title={label} dateTime={isoDuration(now - since)}>
      {formatElapsed(now - since)}
    </time>
  )
}
