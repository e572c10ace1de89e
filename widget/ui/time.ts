/** Times as people read them. */

/** Length of a call: `0:07`, `12:40`, `1:02:03`. @param ms never shown below zero */
export function formatElapsed(ms: number, language: string): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  const parts = hours > 0 ? [hours, minutes, seconds % 60] : [minutes, seconds % 60]
  const digits = (part: number, place: number) =>
    new Intl.NumberFormat(language, { minimumIntegerDigits: place === 0 ? 1 : 2 }).format(part)
  return parts.map(digits).join(':')
}

/** The same for people who hear it: `PT1M24S` is read as a duration. */
export function isoDuration(ms: number): string {
  return `PT${Math.max(0, Math.floor(ms / 1000))}S`
}

/** What is left of a call, roughly, such as `6 minutes` or `40 seconds`. @param ms never below 5 s */
export function formatLeft(ms: number, language: string): string {
  const seconds = Math.max(5, Math.round(ms / 5000) * 5)
  const [value, unit] = seconds < 60 ? [seconds, 'second'] : [Math.round(seconds / 60), 'minute']
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(value)
}

/** When something was said, such as `14:32`; with the date when that was not today. @param at ms since 1970 */
export function formatMoment(at: number, now: number, language: string): string {
  const [moment, today] = [new Date(at), new Date(now)]
  const sameDay = moment.toDateString() === today.toDateString()
  return momentFormat(language, sameDay).format(moment)
}

/** Making one takes longer than using it a hundred times, and a growing caption asks for one with each word. */
const momentFormats = new Map<string, Intl.DateTimeFormat>()

function momentFormat(language: string, sameDay: boolean): Intl.DateTimeFormat {
  const key = `${language} ${sameDay}`
  const known = momentFormats.get(key)
  const format =
    known ??
    new Intl.DateTimeFormat(language, sameDay ? { timeStyle: 'short' } : { dateStyle: 'medium', timeStyle: 'short' })
  momentFormats.set(key, format)
  return format
}
