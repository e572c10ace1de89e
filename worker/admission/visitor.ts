/**
 * Who a visitor is to the caps of a day. A signed identity is one person. Without one there is only the neighbourhood of the
 * address (IPv4 /24, IPv6 /48): everybody behind it is one visitor, and whoever changes the network is another. That bounds
 * what one place can spend; it does not recognise people, and is not meant to.
 *
 * Only a keyed hash leaves this file. It is kept in the ledger until the day (UTC) is over, and with the event socket.
 */
import { keyedHash } from './keyed.ts'
import { addressPrefix } from './rate.ts'

/** Null for this machine itself: a local run, in which each session is a visitor. */
export async function anonymousVisitor(secret: string, headers: Headers): Promise<string | null> {
  const address = headers.get('CF-Connecting-IP')
  const prefix = address === null ? null : addressPrefix(address)
  return prefix === null ? null : keyedHash(secret, 'visitor of a day', prefix)
}
