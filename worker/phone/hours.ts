/** Whether an agent takes calls now. */
import { DAYS, type Hours } from '../../protocol/phone.ts'

/** @param now ms since 1970 */
export function isOpen({ timeZone, open }: Hours, now: number): boolean {
  const { day, time } = localTime(timeZone, now)
  return open.some(({ days, from, to }) => days.some((one) => one === day) && from <= time && time < to)
}

/** The day of the week and `HH:MM`. */
function localTime(timeZone: string, now: number): { day: string; time: string } {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  const parts = new Map(format.formatToParts(now).map(({ type, value }) => [type, value]))
  const day = DAYS.find((one) => one === parts.get('weekday')?.toLowerCase()) ?? ''
  return { day, time: `${parts.get('hour')}:${parts.get('minute')}` }
}
