/** Telephone numbers as they come in SIP headers, and as they may be shown. */

/** Letters and digits, as it stands between `sip:` or `tel:` and what comes behind. */
const USER = /(?:sips?|tel):([^@;>,\s]{1,64})/i

/**
 * The number of a `To`, `From` or `Diversion` header (RFC 3261 20.39, RFC 3966) in the form `+493012345678`. Null for a
 * name, a number without its country, and a caller who does not want to be known.
 */
export function numberIn(header: string): string | null {
  const user = USER.exec(header)?.[1]
  if (user === undefined) return null
  const digits = decoded(user)
    .replace(/[\s().-]/g, '')
    .replace(/^00/, '+')
  const number = digits.startsWith('+') ? digits : `+${digits}`
  return /^\+[1-9]\d{5,14}$/.test(number) ? number : null
}

/** `+49•••••678`: enough to recognise one's own, too little to call back. */
export function masked(number: string | null): string {
  if (number === null) return 'withheld'
  return `${number.slice(0, 3)}•••••${number.slice(-3)}`
}

function decoded(user: string): string {
  try {
    return decodeURIComponent(user)
  } catch {
    return user // a stray percent sign
  }
}
