/** Calls from the telephone network: which of them an agent takes, and when (docs/phone.md). */
import * as v from 'valibot'

/** `+`, country code, number: E.164 allows 15 digits. */
export const NumberSchema = v.pipe(v.string(), v.regex(/^\+[1-9]\d{5,14}$/, 'a number such as +493012345678'))

const TimeSchema = v.pipe(v.string(), v.regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'a time such as 09:00'))
/** In the order of `Date.getUTCDay`. */
export const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const

const HoursSchema = v.strictObject({
  /** IANA name, such as `Europe/Berlin`. */
  timeZone: v.pipe(v.string(), v.check(isTimeZone, 'a time zone such as Europe/Berlin')),
  open: v.pipe(
    v.array(
      v.pipe(
        v.strictObject({ days: v.pipe(v.array(v.picklist(DAYS)), v.minLength(1)), from: TimeSchema, to: TimeSchema }),
        v.check(({ from, to }) => from < to, 'from comes before to; a night is two entries'),
      ),
    ),
    v.minLength(1),
  ),
})
export type Hours = v.InferOutput<typeof HoursSchema>

export const PhoneSchema = v.pipe(
  v.strictObject({
    /** Called numbers that this agent answers. */
    numbers: v.optional(v.array(NumberSchema), []),
    /** Or every call that comes with this SIP header, which your trunk adds. It goes before numbers. */
    header: v.optional(
      v.strictObject({
        name: v.pipe(v.string(), v.regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/, 'a header name such as X-Agent')),
        value: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
      }),
    ),
    /** In the place of the agent's greeting: who calls hears nothing until somebody speaks. */
    greeting: v.optional(v.pipe(v.string(), v.maxLength(500))),
    /** When calls are taken. Without: always. */
    hours: v.optional(HoursSchema),
  }),
  v.check(({ numbers, header }) => numbers.length > 0 || header !== undefined, 'numbers or a header to be found by'),
)

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== null
  } catch {
    return false // RangeError: no such zone
  }
}
